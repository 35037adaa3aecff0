//! The projects and tokens of the sandbox, with names that observability engineers would choose.

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, seq::IndexedRandom};
use uuid::Uuid;

use crate::{
    audit_log::{self, Action, Event},
    permission::Permission::{self, Create, Delete, Read, Update},
    store::{NewProject, Store},
};

/// Fixed, so that ids are the same at every start and an app finds the project it remembers.
const SEED: u64 = 0x00CA_1F71_A000;

/// Ages in the table are in seconds; this converts them to microseconds.
const SECOND: i64 = 1_000_000;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

const EXPLICIT_ALL: &[Permission] = &Permission::ALL;
const UNLIMITED: &[Permission] = &[];

/// Name, permissions, age in seconds.
type SampleToken = (&'static str, &'static [Permission], i64);

struct SampleProject {
    name: &'static str,
    members: u32,
    agents: u32,
    aggregators: u32,
    role: &'static str,
    age: i64,
    fleets: &'static [&'static str],
    /// Newest first.
    tokens: &'static [SampleToken],
}

/// In the order of the list, newest first: people see the project with the most tokens first.
const PROJECTS: [SampleProject; 4] = [
    SampleProject {
        name: "Acme / production",
        members: 14,
        agents: 312,
        aggregators: 9,
        role: "creator",
        age: 1061 * DAY,
        fleets: &["edge-eu", "edge-us", "payments \"PCI\""],
        tokens: &[
            ("hotfix-debug-shell", &[Read], 4 * MINUTE),
            ("edge-agent-eu", &[Read, Update], 2 * HOUR),
            ("edge-agent-us-east", &[Read, Update], 2 * HOUR + 11 * MINUTE),
            ("on-call laptop (Priya)", EXPLICIT_ALL, 9 * HOUR),
            ("ci-deploy", &[Create, Read, Update], DAY + 3 * HOUR),
            ("checkout-canary", &[Read, Update], 3 * DAY),
            ("grafana-readonly", &[Read], 6 * DAY),
            ("Größe-Monitoring", &[Read], 9 * DAY),
            ("terraform-apply", EXPLICIT_ALL, 13 * DAY),
            ("core-operator-prod", &[Create, Read, Update, Delete], 20 * DAY),
            (
                "otel-gateway-eu-central-1 blue/green rollout, temporary until the storage migration is signed off",
                &[Create, Read, Update],
                27 * DAY,
            ),
            ("stale-agent-sweeper", &[Read, Delete], 41 * DAY),
            ("backup-verifier", &[Read], 58 * DAY),
            ("fluent-bit-daemonset", &[Read, Update], 77 * DAY),
            ("pagerduty-enrichment", &[Read], 96 * DAY),
            ("k8s-autoscaler-hooks", &[Create, Delete], 120 * DAY),
            ("windows-event-forwarder", &[Read, Update], 151 * DAY),
            ("sre-runbook-bot", &[Read, Update], 188 * DAY),
            ("loki-bridge", &[Read], 223 * DAY),
            ("payments-pci-zone", &[Read, Update], 260 * DAY),
            ("argo-rollouts", &[Create, Read, Update], 318 * DAY),
            ("audit-export-nightly", &[Read], 402 * DAY),
            ("東京エッジ-01", &[Read, Update], 477 * DAY),
            ("syslog-relay-dc2", &[Update], 569 * DAY),
            ("ansible-bootstrap", &[Create], 690 * DAY),
            ("legacy-ingest (do not delete!)", UNLIMITED, 871 * DAY),
            ("first-rollout", UNLIMITED, 1043 * DAY),
        ],
    },
    SampleProject {
        name: "Acme / staging",
        members: 9,
        agents: 41,
        aggregators: 3,
        role: "admin",
        age: 1074 * DAY,
        fleets: &["staging", "load-test"],
        tokens: &[
            ("preview-env-4812", &[Create, Read, Update], 37 * MINUTE),
            ("ci-deploy", EXPLICIT_ALL, 22 * HOUR),
            ("load-test-k6", &[Read, Update], 5 * DAY),
            ("grafana-readonly", &[Read], 48 * DAY),
            ("core-operator-staging", &[Create, Read, Update, Delete], 130 * DAY),
            ("chaos-week", &[Delete], 301 * DAY),
            ("edge-agent-staging", &[Read, Update], 620 * DAY),
        ],
    },
    SampleProject {
        name: "Observability lab",
        members: 3,
        agents: 6,
        aggregators: 1,
        role: "admin",
        age: 1083 * DAY,
        fleets: &["raspberry-pi-rack"],
        tokens: &[
            ("wasm-filter-experiment", &[Read, Update], 5 * HOUR),
            ("tail-sampling-notebook 🚀", &[Read], 17 * DAY),
            ("raspberry-pi-rack", &[Read, Update], 244 * DAY),
            ("workshop-2025", UNLIMITED, 510 * DAY),
        ],
    },
    SampleProject {
        name: "An empty start",
        members: 1,
        agents: 0,
        aggregators: 0,
        role: "creator",
        age: 1091 * DAY,
        fleets: &[],
        tokens: &[],
    },
];

/// The parts of generated tokens' names.
const ROLES: [&str; 10] = [
    "edge-agent",
    "fluent-bit",
    "otel-gateway",
    "core-instance",
    "ci-runner",
    "syslog-relay",
    "grafana",
    "metrics-bridge",
    "log-shipper",
    "operator",
];
const REGIONS: [&str; 8] =
    ["eu-west", "eu-north", "us-east", "us-west", "ap-south", "ap-east", "sa-east", "af-south"];
/// A generated token gets one of these at random.
const PROFILES: [&[Permission]; 8] = [
    &[Read],
    &[Read],
    &[Read, Update],
    &[Read, Update],
    &[Create, Read, Update],
    EXPLICIT_ALL,
    UNLIMITED,
    &[Create, Delete],
];

/// The sample, with this many projects and this many tokens in the first of them.
pub(crate) fn store(projects: Option<usize>, tokens: Option<usize>) -> Store {
    let now = Timestamp::now();
    let mut store = Store::new(SEED);
    let wanted = projects.unwrap_or(PROJECTS.len());
    // Oldest first: the store lists projects in the reverse order.
    for number in (PROJECTS.len()..wanted).rev() {
        store.add_project(extra_project(number + 1, now));
    }
    for (position, sample) in PROJECTS.iter().enumerate().take(wanted).rev() {
        let id = store.add_project(sample_project(sample, now));
        match tokens {
            Some(count) if position == 0 => generate_tokens(&mut store, id, count, sample.age, now),
            _ => add_tokens(&mut store, id, sample.tokens, now),
        }
    }
    store
}

fn sample_project(sample: &SampleProject, now: Timestamp) -> NewProject {
    NewProject {
        name: sample.name.to_owned(),
        members_count: sample.members,
        agents_count: sample.agents,
        aggregators_count: sample.aggregators,
        created_at: ago(now, sample.age * SECOND),
        role: sample.role,
        fleets: sample.fleets,
    }
}

fn extra_project(number: usize, now: Timestamp) -> NewProject {
    NewProject {
        name: format!("Fleet {number:03}"),
        members_count: 2,
        agents_count: 0,
        aggregators_count: 0,
        created_at: ago(
            now,
            as_signed(number).saturating_mul(MINUTE * SECOND).saturating_add(1092 * DAY * SECOND),
        ),
        role: "admin",
        fleets: &[],
    }
}

fn add_tokens(store: &mut Store, project: Uuid, tokens: &[SampleToken], now: Timestamp) {
    for (name, permissions, age) in tokens.iter().rev() {
        // Not on the full minute, as in reality, and never so far off that the order changes.
        let age = age + store.rng().random_range(0..MINUTE);
        let at = ago(now, age * SECOND);
        // Cannot fail: the names within a sample project differ.
        if let Ok(token) = store.add_token(project, (*name).into(), (*permissions).into(), at) {
            let by = if name.len() % 2 == 0 { audit_log::USER } else { audit_log::COLLEAGUE };
            store.log(Event { project, token: token.id, action: Action::Create, by, at });
        }
    }
}

/// Spread evenly over the project's age. The project's `default` token is the first of them.
fn generate_tokens(store: &mut Store, project: Uuid, count: usize, project_age: i64, now: Timestamp) {
    let age = project_age * SECOND;
    let step = age / as_signed(count).max(1);
    for number in 1..count {
        let role = ROLES[number % ROLES.len()];
        let region = REGIONS[number / ROLES.len() % REGIONS.len()];
        let name = format!("{role}-{region}-{number:06}");
        let permissions = PROFILES.choose(store.rng()).copied().unwrap_or(UNLIMITED);
        let created_at = ago(now, age - step * as_signed(number));
        // Cannot fail: the number makes each name unique.
        let _ = store.add_token(project, name.into(), permissions.into(), created_at);
    }
}

/// In whole microseconds, as a database stores it.
fn ago(now: Timestamp, microseconds: i64) -> Timestamp {
    let then = now.saturating_sub(SignedDuration::from_micros(microseconds)).unwrap_or(now);
    Timestamp::from_microsecond(then.as_microsecond()).unwrap_or(then)
}

fn as_signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
