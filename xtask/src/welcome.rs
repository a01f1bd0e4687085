//! What a person is told when everything runs.

use crate::{
    demo::{self, Demo},
    demo_person,
    stack::Ports,
};

/// Addresses, keys, and something to try.
pub fn text(ports: Ports, admin_key: &str, demo: Option<&Demo>) -> String {
    let origin = format!("http://localhost:{}", ports.gateway);
    let demo = demo.map(|demo| invitation(&origin, demo)).unwrap_or_default();
    format!(
        "
Fullhouse is open: {origin}

  storefront        {origin}/
  organizer desk    {origin}/organizer
  API to browse     {origin}/docs
  mails sent        http://localhost:{mailbox}
  metrics           http://localhost:{gateway}/metrics (gateway)
                    http://localhost:{command}/metrics (commands)
                    http://localhost:{projection}/metrics (projections)
  admin key         {admin_key}
{demo}
README.md walks through a sale. Ctrl-C stops everything.

",
        mailbox = ports.mailbox,
        gateway = ports.gateway_metrics,
        command = ports.command_metrics,
        projection = ports.projection_metrics,
    )
}

fn invitation(origin: &str, demo: &Demo) -> String {
    let Demo { organization_id, organizer_key, event_id, ticket_type_id, .. } = demo;
    let body = format!(
        r#"{{"items":[{{"ticket_type_id":"{ticket_type_id}","quantity":2}}],"contact":{{"email":"ada@example.org"}}}}"#
    );
    let owner = demo.owner_password.as_ref().map(|password| {
        format!("  desk log-in       {} with the password {password}\n", demo_person::EMAIL)
    });
    let owner = owner.unwrap_or_default();
    format!(
        r#"{owner}  organizer key     {organizer_key}
                    of {name}, {organization_id}

To try it, paste this into another terminal:

  export FULLHOUSE={origin}/api/v1 EVENT={event_id}
  curl -s $FULLHOUSE/events
  curl -s $FULLHOUSE/events/$EVENT/availability
  curl -s $FULLHOUSE/events/$EVENT/reservations -H "Idempotency-Key: $(date +%s%N)" \
    -H 'Content-Type: application/json' -d '{body}'
"#,
        name = demo::ORGANIZATION,
    )
}
