//! A client for the tokens API of Calyptia Cloud.
//!
//! It lists a project's tokens as a stream that keeps no secret values, creates tokens, and fetches a single
//! token's value at the moment it is needed. It knows nothing of windows or keyrings: whoever holds a
//! [`Server`] and a [`Bearer`] can use it.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use calyptia_api::{Bearer, Client, Server};
//!
//! let client = Client::new(Server::production(), Bearer::parse("eyJ…")?)?;
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

mod bearer;
mod body;
mod client;
mod clock;
mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod limits;
mod link;
mod lost_create;
mod network;
mod pause;
mod permission;
mod projects;
mod retry_after;
mod rows;
mod server;
mod token;
mod token_list;
mod token_value;
mod tokens;

pub use bearer::{Bearer, BearerError, BearerHint};
pub use client::{Client, Health, Options};
pub use error::{ConnectFailure, DecodeError, Error, Failure, Operation, PagingFailure, TlsFailure};
pub use limits::Limits;
pub use lost_create::{Found, LostCreate};
pub use network::{CertificatesError, ExtraCertificates, Network, Proxy, ProxyAddress, ProxyError};
pub use pause::Pauses;
pub use permission::{Access, Permission};
pub use projects::Project;
pub use server::{Server, ServerError};
pub use token::{ListedToken, NewToken, Token, TokenChange, TokenId};
pub use token_list::TokenList;
pub use token_value::{Tail, TokenValue};
