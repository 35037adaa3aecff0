//! A client for the tokens API of Calyptia Cloud.
//!
//! It lists a project's tokens as a stream that keeps no secret values, creates, changes and deletes tokens, and fetches a
//! single token's value when it is needed. It does not depend on a window or a keyring: a [`Server`] and a [`BearerToken`]
//! are enough.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use calyptia_api::{BearerToken, Client, Server};
//!
//! let client = Client::new(Server::production(), BearerToken::parse("eyJ…")?)?;
//! for project in client.projects().await? {
//!     let mut tokens = client.tokens(project.id);
//!     while let Some(batch) = tokens.next_batch().await? {
//!         for token in batch {
//!             println!("{}: {:?}", token.name, token.permissions);
//!         }
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Retries
//! Reads are repeated up to twice, 0.2 to 0.8 seconds later, if no connection was made (but not after a TLS failure), if the
//! connection broke before a response began, and after the statuses 408, 425, 502, 503 and 504. A read with status 429 or 503
//! and a `Retry-After` of up to 60 seconds waits for that time, once; [`RetryAfterWaits`] shows it. Nothing is repeated after
//! a timeout, nor once a response has begun. [`Client::health`], [`Client::creator`] and [`Client::fleet_names`] are never
//! repeated.
//!
//! Writes are sent once. If [`Error::outcome_unknown`] is true, the server may have done what was asked; for a create,
//! [`UnconfirmedCreate`] finds out.
//!
//! # Time limits
//! See [`Timeouts`]: by default 10 s for a connection, 30 s until a response begins, 20 s of silence within a body, and 30 s
//! for a body slower than 1 KiB/s. Dropping the future of a call cancels it.
//!
//! # Sizes
//! Bodies are bounded: see [`SizeLimits`] for lists; any other has up to 1 MiB. Names are cut at [`MAX_NAME_BYTES`], which
//! [`is_shortened`] shows. Permissions of more than 4 KiB count as unreadable, and so does a row with an id of more than
//! 1 KiB.
//!
//! # Where requests and credentials go
//! The bearer token is sent to the [`Server`] of the client and nowhere else: redirects are not followed, links to a next page
//! only supply a cursor, and plain `http` is possible only to this computer. Servers on this computer are never contacted
//! through a proxy. A proxy that is configured but cannot be used is an error ([`ClientError::Proxy`],
//! [`ClientError::ProxyScript`]), never a direct connection. [`Network::route_to`] tells the way before anything is sent.
//!
//! # Runtime
//! Calls need a tokio runtime with I/O and time enabled. TLS is rustls with the ring provider and the platform's certificate
//! verifier. Nothing is installed process-wide.

mod audit_log;
mod bearer_token;
mod body;
mod certificates;
mod client;
mod client_error;
mod clock;
mod error;
mod error_body;
mod failure;
mod fleets;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod jwt_text;
mod lenient;
mod link;
mod link_parser;
mod message;
mod network;
mod pasted_text;
mod permission;
mod projects;
mod refusal;
mod retry_after;
mod retry_after_waits;
mod route;
mod rows;
mod secret_buffer;
mod secrets;
mod server;
mod size_limits;
mod text_file;
mod timeouts;
mod tls;
mod token;
mod token_list;
mod token_scan;
mod token_value;
mod tokens;
mod transport;
mod unconfirmed_create;

pub use bearer_token::{BearerClaims, BearerToken, BearerTokenError};
pub use certificates::{CertificateDetails, CertificatesError, ExtraCertificates};
pub use client::{Client, Credential, Health, Options};
pub use client_error::ClientError;
pub use error::{Cause, Error, Operation};
pub use failure::{ConnectFailure, DecodeError, Failure, PaginationFailure, TlsFailure};
pub use message::is_invisible;
pub use network::{Network, Proxy, ProxyAddress, ProxyError};
pub use pasted_text::find_project_token;
pub use permission::{Access, Permission};
pub use projects::{Project, ProjectList};
pub use refusal::{Reason, Refusal, Responder};
pub use retry_after_waits::RetryAfterWaits;
pub use route::{Route, RouteSource};
pub use server::{KnownServer, Server, ServerError};
pub use size_limits::{MAX_NAME_BYTES, SizeLimits, is_shortened};
pub use text_file::to_utf8;
pub use timeouts::Timeouts;
pub use token::{ListedToken, NewToken, Token, TokenChange, TokenId};
pub use token_list::TokenList;
pub use token_scan::{ScannedToken, TokenScanner};
pub use token_value::{FoundToken, TokenValue, ValueSuffix};
pub use unconfirmed_create::{Match, UnconfirmedCreate, is_similar};
