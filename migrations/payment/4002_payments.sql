-- What we asked providers for, what they told us, and what must go back.

CREATE TABLE payment.intents (
    provider text NOT NULL,
    -- The provider's name of the payment.
    payment_reference text NOT NULL,
    event_id uuid NOT NULL,
    reservation_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    -- What is due; what the provider says is compared with it.
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'succeeded', 'canceled')),
    -- The last failed attempt that the box office was told of.
    failed_attempt text,
    created_at timestamptz NOT NULL,
    -- When an open one is looked up at the provider, in case no webhook tells.
    check_at timestamptz NOT NULL,
    PRIMARY KEY (provider, payment_reference),
    CONSTRAINT one_intent_per_payment UNIQUE (provider, payment_id)
) WITH (fillfactor = 80);

-- A reservation has one open intent, so that a buyer with two tabs can't pay twice.
CREATE UNIQUE INDEX one_open_intent ON payment.intents (reservation_id) WHERE status = 'open';
CREATE INDEX intents_of_reservation ON payment.intents (reservation_id, created_at);
CREATE INDEX intents_to_check ON payment.intents (check_at) WHERE status = 'open';

-- Webhooks as they came, stored before they are answered.
CREATE TABLE payment.inbox (
    provider text NOT NULL,
    provider_event_id text NOT NULL,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    last_error text,
    processed_at timestamptz,
    -- Why someone must look at it; it is not processed again by itself.
    quarantined text,
    PRIMARY KEY (provider, provider_event_id)
) WITH (fillfactor = 80);

CREATE INDEX inbox_waiting ON payment.inbox (next_attempt_at) WHERE processed_at IS NULL;
CREATE INDEX inbox_quarantined ON payment.inbox (received_at) WHERE quarantined IS NOT NULL;

-- Money that must go back, each once, however often the policy is told.
CREATE TABLE payment.refunds (
    provider text NOT NULL,
    payment_reference text NOT NULL,
    reservation_id uuid NOT NULL,
    event_id uuid NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    reason text NOT NULL,
    -- Where in the log it was requested, and the trace of whoever caused it.
    cause text NOT NULL,
    trace_id text NOT NULL,
    requested_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    last_error text,
    -- The provider's name of the refund, once it took it on.
    refund_reference text,
    settled_at timestamptz,
    PRIMARY KEY (provider, payment_reference, reservation_id)
) WITH (fillfactor = 80);

CREATE INDEX refunds_waiting ON payment.refunds (next_attempt_at) WHERE settled_at IS NULL;

-- Up to which creation time the provider's list was compared with ours.
CREATE TABLE payment.reconciliations (
    provider text PRIMARY KEY,
    horizon timestamptz NOT NULL,
    -- One process at a time compares; two would only do the work twice.
    lease_until timestamptz NOT NULL DEFAULT '-infinity'
);
