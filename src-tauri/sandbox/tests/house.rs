//! A running sandbox with an HTTP client at its door, for the tests to share.

use calyptia_sandbox::{Fault, Method, Options, Running, Sandbox};
use reqwest::{Client, RequestBuilder, Response};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use uuid::Uuid;

/// Built in one workspace with a client that chooses its TLS provider itself, reqwest has none of its own.
pub fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}

pub struct House {
    pub running: Running,
    client: Client,
}

impl House {
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

    /// Lets nothing go wrong any more.
    pub fn mend(&self) {
        self.running.set_faults(Vec::new());
    }

    pub fn bearer(&self) -> &str {
        self.running.bearer().expose_secret()
    }

    pub fn project(&self, name: &str) -> Uuid {
        self.running.projects().into_iter().find(|(_, candidate)| candidate == name).unwrap().0
    }

    pub fn first_project(&self) -> Uuid {
        self.running.projects()[0].0
    }

    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.running.url()))
    }

    pub fn ask_as_user(&self, method: Method, path: &str) -> RequestBuilder {
        self.ask(method, path).bearer_auth(self.bearer())
    }

    pub fn ask_as_token(&self, value: &str, method: Method, path: &str) -> RequestBuilder {
        self.ask(method, path).header("X-Project-Token", value)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.ask_as_user(Method::GET, path).send().await.unwrap()
    }

    pub async fn post(&self, project: Uuid, body: Value) -> Response {
        let path = format!("/v1/projects/{project}/tokens");
        self.ask_as_user(Method::POST, &path).json(&body).send().await.unwrap()
    }

    pub async fn patch(&self, token: &str, body: Value) -> Response {
        let path = format!("/v1/project_tokens/{token}");
        self.ask_as_user(Method::PATCH, &path).json(&body).send().await.unwrap()
    }

    pub async fn delete(&self, token: &str) -> Response {
        self.ask_as_user(Method::DELETE, &format!("/v1/project_tokens/{token}")).send().await.unwrap()
    }

    pub async fn token(&self, id: &str) -> Value {
        self.get(&format!("/v1/project_tokens/{id}")).await.json().await.unwrap()
    }

    pub async fn tokens(&self, project: Uuid) -> Vec<Value> {
        self.get(&format!("/v1/projects/{project}/tokens")).await.json().await.unwrap()
    }

    pub async fn create(&self, project: Uuid, name: &str, permissions: &[&str]) -> Value {
        let answer = self.post(project, json!({"name": name, "permissions": permissions})).await;
        assert_eq!(answer.status(), 201);
        answer.json().await.unwrap()
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

/// Checks status and words of a refusal, and that it says nothing else.
pub async fn assert_refused(answer: Response, status: u16, words: &str) {
    assert_eq!(answer.status(), status, "for {words}");
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "error": words }));
}
