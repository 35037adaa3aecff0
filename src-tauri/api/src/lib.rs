//! A client for the tokens API of Calyptia Cloud.
//!
//! It lists a project's tokens as a stream that keeps no secret values, creates tokens, and fetches a single
//! token's value at the moment it is needed. It knows nothing of windows or keyrings: whoever holds a
//! [`Server`] and a [`BearerToken`] can use it.
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

mod bearer_token;
mod body;
mod client;
mod clock;
mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod link;
mod network;
mod permission;
mod projects;
mod retry_after;
mod retry_after_waits;
mod rows;
mod server;
mod timeouts;
mod token;
mod token_list;
mod token_value;
mod tokens;
mod unconfirmed_create;

pub use bearer_token::{BearerClaims, BearerToken, BearerTokenError};
pub use client::{Client, Health, Options};
pub use error::{ConnectFailure, DecodeError, Error, Failure, Operation, PaginationFailure, TlsFailure};
pub use network::{CertificatesError, ExtraCertificates, Network, Proxy, ProxyAddress, ProxyError};
pub use permission::{Access, Permission};
pub use projects::Project;
pub use retry_after_waits::RetryAfterWaits;
pub use server::{Server, ServerError};
pub use timeouts::Timeouts;
pub use token::{ListedToken, NewToken, Token, TokenChange, TokenId};
pub use token_list::TokenList;
pub use token_value::{TokenValue, ValueSuffix};
pub use unconfirmed_create::{Match, UnconfirmedCreate};
