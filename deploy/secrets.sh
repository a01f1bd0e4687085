#!/bin/sh
# Prints settings with fresh random secrets, for a first installation. Keep the output to yourself.
set -eu
token_seed=$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')
# The public half of an Ed25519 seed; `fullhouse token-keys` prints it as well.
token_public=$(printf '302e020100300506032b657004220420%s' "$token_seed" | xxd -r -p \
    | openssl pkey -inform DER -pubout -outform DER | tail -c 32 | od -An -tx1 | tr -d ' \n')
hex() { od -An -tx1 -N"$1" /dev/urandom | tr -d ' \n'; }
cat <<SECRETS
POSTGRES_PASSWORD=$(hex 24)
FULLHOUSE_COMMAND_PASSWORD=$(hex 24)
FULLHOUSE_PROJECTION_PASSWORD=$(hex 24)
FULLHOUSE_TICKET_KEYS=$(hex 4):$(hex 32)
FULLHOUSE_ACCESS_KEY=$(hex 32)
FULLHOUSE_PERSON_KEY=$(hex 32)
FULLHOUSE_VAULT_KEYS=$(hex 4):$(hex 32)
FULLHOUSE_TOKEN_KEYS=k1:$token_seed
FULLHOUSE_TOKEN_PUBLIC_KEYS=k1:$token_public
FULLHOUSE_BOOTSTRAP_ADMIN_KEY=fhk_$(hex 16)_$(hex 32)
FULLHOUSE_STRIPE_SECRET_KEY=sk_test_$(hex 16)
FULLHOUSE_STRIPE_WEBHOOK_SECRETS=whsec_$(hex 24)
FULLHOUSE_STRIPE_ACCOUNT=acct_$(hex 8)
SECRETS
