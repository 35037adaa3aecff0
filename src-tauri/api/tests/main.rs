//! How the client behaves, with servers that work and with everything that does not.

mod data;
mod http;
mod network;
mod plain_server;
mod proxy;
mod sandbox;
mod shapes;
mod support;
mod tls;
mod waiting;
mod writes;
