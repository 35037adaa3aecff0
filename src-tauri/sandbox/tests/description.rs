//! The OpenAPI description against the server: the same operations, and responses that match the schemas.

use std::{cell::RefCell, collections::BTreeSet};

use calyptia_sandbox::{Method, OPENAPI, operations};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::test_server::{TestServer, text};

/// Operation, status and, for an error, its message.
type Seen = (String, String, Option<String>);

struct Description {
    document: Value,
    seen: RefCell<BTreeSet<Seen>>,
}

impl Description {
    fn new() -> Self {
        Self { document: serde_json::from_str(OPENAPI).unwrap(), seen: RefCell::default() }
    }

    /// Follows `$ref`s inside the document.
    fn resolve<'a>(&'a self, mut value: &'a Value) -> &'a Value {
        while let Some(reference) = value.get("$ref") {
            value = self.document.pointer(reference.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
        }
        value
    }

    fn operations(&self) -> Vec<(Method, String)> {
        let mut operations = Vec::new();
        for (path, item) in self.document["paths"].as_object().unwrap() {
            for key in item.as_object().unwrap().keys().filter(|key| *key != "parameters") {
                operations.push((key.to_uppercase().parse().unwrap(), path.clone()));
            }
        }
        operations
    }

    fn operation(&self, method: &Method, path: &str) -> &Value {
        &self.document["paths"][path][method.as_str().to_lowercase()]
    }

    /// Validates against one part of the document, together with the components it refers to.
    fn assert_matches(&self, schema: &Value, value: &Value, context: &str) {
        let schema = json!({"allOf": [schema], "components": self.document["components"]});
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let errors: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{context}: {errors:?}");
    }

    /// Checks the response against the operation's description of its status.
    async fn check(&self, method: Method, path: &str, request: RequestBuilder) -> Value {
        let response: Response = request.send().await.unwrap();
        let status = response.status().as_u16().to_string();
        let context = format!("{method} {path} {status}");
        let described = self.operation(&method, path)["responses"].get(&status);
        let described = self.resolve(described.unwrap_or_else(|| panic!("{context} is not described")));
        if let Some(link) = response.headers().get("link") {
            let schema = &self.resolve(&described["headers"]["Link"])["schema"];
            self.assert_matches(schema, &link.to_str().unwrap().into(), &context);
        }
        let content_type = response.headers().get("content-type").cloned();
        let body = response.bytes().await.unwrap();
        let value = match described.get("content") {
            Some(content) => {
                assert_eq!(content_type.unwrap(), "application/json", "{context}");
                let value = serde_json::from_slice(&body).unwrap();
                self.assert_matches(&content["application/json"]["schema"], &value, &context);
                value
            }
            None => {
                assert!(body.is_empty(), "{context}");
                Value::Null
            }
        };
        let message = value.get("error").map(|message| message.as_str().unwrap().to_owned());
        self.seen.borrow_mut().insert((format!("{method} {path}"), status, message));
        value
    }

    /// Every response that the document describes; each error message counts separately.
    fn described(&self) -> BTreeSet<Seen> {
        let mut described = BTreeSet::new();
        for (method, path) in self.operations() {
            for (status, response) in self.operation(&method, &path)["responses"].as_object().unwrap() {
                let operation = format!("{method} {path}");
                let messages = self
                    .resolve(response)
                    .pointer("/content/application~1json/schema/properties/error/enum")
                    .and_then(Value::as_array);
                let messages = match messages {
                    None => vec![None],
                    Some(messages) => {
                        messages.iter().map(|message| message.as_str().map(str::to_owned)).collect()
                    }
                };
                described
                    .extend(messages.into_iter().map(|message| (operation.clone(), status.clone(), message)));
            }
        }
        described
    }
}

#[test]
fn it_lists_exactly_the_operations_that_are_routed() {
    let described: BTreeSet<String> =
        Description::new().operations().iter().map(|(method, path)| format!("{method} {path}")).collect();
    let routed: BTreeSet<String> =
        operations().iter().map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(described, routed);
}

#[tokio::test]
async fn every_described_operation_exists_and_no_other_method_does() {
    let server = TestServer::sample().await;
    let described = Description::new().operations();
    for (_, path) in &described {
        let real = path.replace("{projectID}", "x").replace("{tokenID}", "x");
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let status = server.request(method.clone(), &real).send().await.unwrap().status();
            let known = described.contains(&(method.clone(), path.clone()));
            assert_ne!(status, 404, "{method} {path}");
            assert_eq!(status == 405, !known, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_server_returns_its_description() {
    let server = TestServer::sample().await;
    let response = server.request(Method::GET, "/openapi.json").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.text().await.unwrap(), OPENAPI);
}

#[test]
fn its_references_resolve_and_its_schemas_are_valid() {
    fn walk(description: &Description, value: &Value) {
        match value {
            Value::Object(members) => {
                if members.contains_key("$ref") {
                    description.resolve(value);
                }
                members.values().for_each(|value| walk(description, value));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(description, value)),
            _ => {}
        }
    }
    let description = Description::new();
    walk(&description, &description.document);
    for schema in description.document["components"]["schemas"].as_object().unwrap().values() {
        jsonschema::meta::validate(schema).unwrap();
    }
}

#[tokio::test]
async fn every_described_response_occurs_and_matches_its_schema() {
    const PROJECTS: &str = "/v1/projects";
    const PROJECT: &str = "/v1/projects/{projectID}";
    const TOKENS: &str = "/v1/projects/{projectID}/tokens";
    const AUDIT: &str = "/v1/projects/{projectID}/audit_logs";
    const FLEETS: &str = "/v1/projects/{projectID}/fleets";
    const TOKEN: &str = "/v1/project_tokens/{tokenID}";

    let server = TestServer::sample().await;
    let description = Description::new();
    let id = server.first_project();
    let token = server.create(id, "one", &["create:*"]).await;
    let gone = server.create(id, "two", &[]).await;
    server.delete(text(&gone, "id")).await;
    let of_project = |path: &str, id: &str| path.replace("{projectID}", id);
    let of_token = |id: &str| TOKEN.replace("{tokenID}", id);
    let (id, unknown) = (id.to_string(), Uuid::from_u128(7).to_string());
    let target = of_token(text(&token, "id"));

    for path in ["/healthz", "/openapi.json"] {
        description.check(Method::GET, path, server.request(Method::GET, path)).await;
    }

    // Missing, wrong and insufficient credentials.
    let guarded = [
        (Method::GET, PROJECTS, PROJECTS.to_owned()),
        (Method::GET, PROJECT, of_project(PROJECT, &id)),
        (Method::GET, TOKENS, of_project(TOKENS, &id)),
        (Method::POST, TOKENS, of_project(TOKENS, &id)),
        (Method::GET, AUDIT, of_project(AUDIT, &id)),
        (Method::GET, FLEETS, of_project(FLEETS, &id)),
        (Method::GET, TOKEN, target.clone()),
        (Method::PATCH, TOKEN, target.clone()),
        (Method::DELETE, TOKEN, target.clone()),
    ];
    for (method, path, real) in guarded {
        let request = server.request(method.clone(), &real);
        description.check(method.clone(), path, request).await;
        let request = server.request(method.clone(), &real).bearer_auth("wrong");
        description.check(method.clone(), path, request).await;
        let denied = server.token_request(text(&token, "token"), method.clone(), &real).json(&json!({}));
        description.check(method, path, denied).await;
    }

    // Malformed, unknown and foreign ids.
    for (method, path) in [
        (Method::GET, PROJECT),
        (Method::GET, TOKENS),
        (Method::GET, AUDIT),
        (Method::GET, FLEETS),
        (Method::POST, TOKENS),
    ] {
        for id in ["x", &unknown] {
            let request =
                server.user_request(method.clone(), &of_project(path, id)).json(&json!({"name": "n"}));
            description.check(method.clone(), path, request).await;
        }
    }
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        for id in ["x", &unknown, text(&gone, "id")] {
            let request = server.user_request(method.clone(), &of_token(id)).json(&json!({}));
            description.check(method.clone(), TOKEN, request).await;
        }
    }

    // The lists.
    for path in [PROJECTS, TOKENS] {
        for query in ["", "?last=1", "?name=zzz", "?before=x", "?last=x"] {
            let request = server.user_request(Method::GET, &format!("{}{query}", of_project(path, &id)));
            description.check(Method::GET, path, request).await;
        }
    }
    for query in ["", "&first=1", "&first=x", "&after=x", "&action=x"] {
        let filters = if query.is_empty() { "" } else { "?components=&identity=" };
        let path = format!("{}{filters}{query}", of_project(AUDIT, &id));
        description.check(Method::GET, AUDIT, server.user_request(Method::GET, &path)).await;
    }
    for path in [PROJECT, FLEETS] {
        description.check(Method::GET, path, server.user_request(Method::GET, &of_project(path, &id))).await;
    }

    // The bodies.
    let bodies = [
        json!({"name": "three", "permissions": ["read:*"]}).to_string(),
        json!({"name": "default"}).to_string(),
        json!({"name": ""}).to_string(),
        json!({"name": "n", "permissions": ["x"]}).to_string(),
        json!({"name": "n", "permissions": ["read:*", "read:*"]}).to_string(),
        "{".to_owned(),
        " ".repeat(64 * 1024 + 1),
    ];
    for (number, body) in bodies.into_iter().enumerate() {
        let request = server.user_request(Method::POST, &of_project(TOKENS, &id)).body(body.clone());
        description.check(Method::POST, TOKENS, request).await;
        // The token that was just created has the first name now.
        let body = if number == 0 { json!({"name": "four"}).to_string() } else { body };
        description.check(Method::PATCH, TOKEN, server.user_request(Method::PATCH, &target).body(body)).await;
    }

    let shown = description.check(Method::GET, TOKEN, server.user_request(Method::GET, &target)).await;
    assert_eq!(shown["name"], "four");
    description.check(Method::DELETE, TOKEN, server.user_request(Method::DELETE, &target)).await;

    assert_eq!(*description.seen.borrow(), description.described());
}
