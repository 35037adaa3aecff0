//! How the client behaves, towards servers that are well and towards everything that is not.

mod data;
mod http;
mod network;
mod plain_server;
mod proxy;
mod sandbox;
mod support;
mod tls;
mod waiting;
mod writes;
