//! A running sandbox with an HTTP client, which the tests share.

use calyptia_sandbox::{Fault, Method, Options, Running, Sandbox};
use reqwest::{Client, RequestBuilder, Response};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use uuid::Uuid;

/// In this workspace reqwest is built without a TLS provider of its own, so this installs one.
pub fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}

pub struct TestServer {
    pub running: Running,
    client: Client,
}

impl TestServer {
    pub async fn sample() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        let running = Sandbox::new(options).serve(0).await.unwrap();
        Self { running, client: client() }
    }

    /// The sample projects, with these faults.
    pub async fn with_faults(specs: &[&str]) -> Self {
        Self::with(Options { faults: faults(specs), ..Options::default() }).await
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.running.set_faults(Vec::new());
    }

    pub fn bearer_token(&self) -> &str {
        self.running.bearer_token().expose_secret()
    }

    pub fn project(&self, name: &str) -> Uuid {
        self.running.projects().into_iter().find(|(_, candidate)| candidate == name).unwrap().0
    }

    pub fn first_project(&self) -> Uuid {
        self.running.projects()[0].0
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.running.url()))
    }

    pub fn user_request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).bearer_auth(self.bearer_token())
    }

    pub fn token_request(&self, value: &str, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("X-Project-Token", value)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.user_request(Method::GET, path).send().await.unwrap()
    }

    pub async fn post(&self, project: Uuid, body: Value) -> Response {
        let path = format!("/v1/projects/{project}/tokens");
        self.user_request(Method::POST, &path).json(&body).send().await.unwrap()
    }

    pub async fn patch(&self, token: &str, body: Value) -> Response {
        let path = format!("/v1/project_tokens/{token}");
        self.user_request(Method::PATCH, &path).json(&body).send().await.unwrap()
    }

    pub async fn delete(&self, token: &str) -> Response {
        self.user_request(Method::DELETE, &format!("/v1/project_tokens/{token}")).send().await.unwrap()
    }

    pub async fn token(&self, id: &str) -> Value {
        self.get(&format!("/v1/project_tokens/{id}")).await.json().await.unwrap()
    }

    pub async fn tokens(&self, project: Uuid) -> Vec<Value> {
        self.get(&format!("/v1/projects/{project}/tokens")).await.json().await.unwrap()
    }

    pub async fn create(&self, project: Uuid, name: &str, permissions: &[&str]) -> Value {
        let response = self.post(project, json!({"name": name, "permissions": permissions})).await;
        assert_eq!(response.status(), 201);
        response.json().await.unwrap()
    }
}

pub fn faults(specs: &[&str]) -> Vec<Fault> {
    specs.iter().map(|spec| spec.parse().unwrap()).collect()
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

pub fn names(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| text(row, "name")).collect()
}

/// Checks status and message of an error, and that it contains nothing else.
pub async fn assert_error(response: Response, status: u16, message: &str) {
    assert_eq!(response.status(), status, "for {message}");
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.json::<Value>().await.unwrap(), json!({ "error": message }));
}
