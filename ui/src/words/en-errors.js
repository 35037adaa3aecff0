/**
 * The catalogue in English, what goes wrong: for each error code what failed, and what to do next. `{status}` is the HTTP
 * status in parentheses, or nothing.
 */
export const EN_ERRORS = /** @type {const} */ ({
  "error.bad_server.title": "This address isn’t valid.",
  "error.bad_server.next": "Enter it as https://host. Plain http works only for a server on this computer.",
  "error.server_not_encrypted.title": "The app won’t send your bearer token over unencrypted HTTP.",
  "error.server_not_encrypted.next":
    "Enter the address with https. Plain http works only for a server on this computer.",
  "error.server_with_password.title": "This address contains a user name or password.",
  "error.server_with_password.next": "Remove them; the bearer token is all the server needs.",
  "error.server_with_query.title": "This address has extra parts at the end.",
  "error.server_with_query.next": "Remove the “?” or “#” and everything after it.",
  "error.invalid_bearer_token.title": "This doesn’t look like a bearer token.",
  "error.invalid_bearer_token.next":
    "A JWT has three parts separated by dots. Copy the whole token, then paste it again.",
  "error.project_token_given.title": "This is a project token, not a bearer token.",
  "error.project_token_given.next":
    "Project tokens have two parts and can’t list or create tokens; a bearer token has three.",
  "error.several_bearer_tokens.title": "This text contains several bearer tokens.",
  "error.several_bearer_tokens.next": "Copy just the one for this server, then paste again.",
  "error.clipboard_empty.title": "There’s no text to paste.",
  "error.clipboard_empty.next": "Copy your bearer token, then paste again.",
  "error.clipboard_unavailable.title": "The clipboard can’t be used right now.",
  "error.clipboard_unavailable.next": "Another app may be using it. Try again in a moment.",
  "error.unauthenticated.title": "The server doesn’t accept this bearer token{status}.",
  "error.unauthenticated.next": "It may have expired or belong to another server. Paste a new one.",
  "error.email_not_verified.title": "Your account’s email address isn’t verified{status}.",
  "error.email_not_verified.next": "Verify it, then try again. Until then, a new bearer token won’t help.",
  "error.permission_denied.title": "You’re not a member of this project, or it doesn’t exist{status}.",
  "error.permission_denied.next": "Choose another project, or ask a member to invite you.",
  "error.blocked.title": "Something in front of the server refused the request{status}.",
  "error.blocked.next":
    "It may be a firewall, a proxy or a gateway. Check the network and the VPN, or contact its administrator.",
  "error.not_found.title": "This no longer exists on the server{status}.",
  "error.not_found.next": "It may have been deleted elsewhere. Refresh the list.",
  "error.not_found_elsewhere.title": "Nothing was found at the request’s address{status}.",
  "error.not_found_elsewhere.next":
    "This doesn’t mean that the token is gone: a gateway may have responded. Refresh the list to check.",
  "error.name_taken.title": "A token with this name already exists in this project.",
  "error.name_taken.next": "Choose another name.",
  "error.conflict.title": "The server refused this because of a conflict{status}.",
  "error.conflict.next": "The token may be in use, or may have changed. Refresh the list, then try again.",
  "error.invalid_name.title": "The server doesn’t accept this name{status}.",
  "error.invalid_name.next": "Use at most 100 characters, on one line.",
  "error.invalid_permission.title": "The server doesn’t accept these permissions{status}.",
  "error.invalid_permission.next": "Change the selection, then try again.",
  "error.no_permissions.title": "Select at least one permission.",
  "error.no_permissions.next": "A token without listed permissions would have full access.",
  "error.rate_limited.title": "Rate limited{status}.",
  "error.rate_limited.next": "Wait a minute, then try again.",
  "error.server_error.title": "Server error{status}.",
  "error.server_error.next": "The problem isn’t on your side; try again in a minute.",
  "error.unexpected_answer.title": "The server sent a response the app doesn’t understand{status}.",
  "error.unexpected_answer.next":
    "Try again. If this keeps happening, you may need a newer version of the app.",
  "error.too_large.title": "The server’s response is larger than the app accepts.",
  "error.too_large.next":
    "The app stopped reading it. Check the server address, or contact the server’s administrator.",
  "error.list_incomplete.title": "The server didn’t return the whole list.",
  "error.list_incomplete.next": "Try again. If this keeps happening, contact the server’s administrator.",
  "error.not_the_api.title": "Something responded, but it isn’t the Calyptia API{status}.",
  "error.not_the_api.next":
    "Check the server address. It may also be a network’s sign-in page: open a browser to check, then try again.",
  "error.redirected.title": "The server redirected the request{status}.",
  "error.redirected.next":
    "To protect your bearer token, the app doesn’t follow redirects. Check the server address.",
  "error.unreachable.title": "The server can’t be reached.",
  "error.unreachable.next": "Check the connection, the VPN and the server address, then try again.",
  "error.server_not_found.title": "No server was found at this address.",
  "error.server_not_found.next": "Check the connection, the VPN and the spelling of the address.",
  "error.connection_refused.title": "The server isn’t accepting connections.",
  "error.connection_refused.next": "Check the port in the address, and whether the server is running.",
  "error.proxy_unreachable.title": "The proxy can’t be reached.",
  "error.proxy_unreachable.next": "Check Settings > Network, or the system’s proxy.",
  "error.proxy_refused.title": "The proxy blocked the request or requires a user name and password.",
  "error.proxy_refused.next": "Check Settings > Network, or contact the proxy’s administrator.",
  "error.unreachable_behind_proxy.title": "The proxy works, but it can’t reach the server.",
  "error.unreachable_behind_proxy.next": "Check the server address, and whether the server is running.",
  "error.proxy_unusable.title": "The proxy’s address can’t be used.",
  "error.proxy_unusable.next":
    "Nothing was sent. Correct it in Settings > Network, or in the system’s proxy settings.",
  "error.proxy_script.title":
    "The system chooses the proxy with a configuration script (PAC), which this app can’t follow.",
  "error.proxy_script.next":
    "Nothing was sent. In Settings > Network, enter the proxy’s address, or choose No proxy.",
  "error.untrusted_certificate.title": "The server’s certificate can’t be trusted.",
  "error.untrusted_certificate.next": "Nothing was sent. Contact the server’s administrator.",
  "error.certificate_expired.title": "The server’s certificate has expired or isn’t valid yet.",
  "error.certificate_expired.next":
    "Nothing was sent. Check this computer’s date; if it’s right, contact the server’s administrator.",
  "error.certificate_wrong_host.title": "The server’s certificate is for another host.",
  "error.certificate_wrong_host.next":
    "Nothing was sent. Check the address; if it’s right, contact the server’s administrator.",
  "error.certificate_unknown_issuer.title":
    "This computer doesn’t trust the issuer of the server’s certificate.",
  "error.certificate_unknown_issuer.next":
    "Nothing was sent. If your company inspects traffic, add its certificate in Settings > Network.",
  "error.certificate_store.title": "The system’s certificates can’t be used.",
  "error.certificate_store.next":
    "Nothing was sent. Repair them, or add a certificate file in Settings > Network.",
  "error.old_tls.title": "The server supports only outdated encryption.",
  "error.old_tls.next": "Nothing was sent. Ask the server’s administrator to allow TLS 1.2 or 1.3.",
  "error.client_certificate.title": "The server requires a client certificate.",
  "error.client_certificate.next":
    "The app can’t present one. Ask the server’s administrator for an address that doesn’t require it.",
  "error.not_tls.title": "The server at this address doesn’t use encryption.",
  "error.not_tls.next":
    "Nothing was sent. Check the address and its port; plain http works only for a server on this computer.",
  "error.timed_out.title": "The server took too long to respond{status}.",
  "error.timed_out.next": "Try again. If this keeps happening, check your connection.",
  "error.change_unknown.title": "The server’s response was lost.",
  "error.change_unknown.next": "The change may have gone through. Check the list before you try again.",
  "error.value_hidden.title": "The server hides this token’s value.",
  "error.value_hidden.next":
    "It’s available only when the token is created. Create a new token if you need the value.",
  "error.value_not_plain.title": "This token contains characters that have a special meaning in this format.",
  "error.value_not_plain.next":
    "Copy the token only and add it by hand, following that tool’s documentation.",
  "error.server_path_impossible.title": "Fluent Bit can’t use a server address that has a path.",
  "error.server_path_impossible.next":
    "Copy the token only, and ask the server’s administrator which address agents should use.",
  "error.server_host_impossible.title": "Fluent Bit would read part of this server’s name as a variable.",
  "error.server_host_impossible.next":
    "Copy the token only, and ask the server’s administrator which address agents should use.",
  "error.bad_proxy.title": "This proxy address isn’t valid.",
  "error.bad_proxy.next": "Enter it as http://proxy.example.com:3128 or socks5h://localhost:1080.",
  "error.proxy_with_password.title": "The app doesn’t store proxy passwords.",
  "error.proxy_with_password.next":
    "Put the password in the HTTPS_PROXY variable, and choose the system’s proxy.",
  "error.proxy_with_path.title": "This address has extra parts after the port.",
  "error.proxy_with_path.next": "Remove everything after the host and port.",
  "error.no_certificates.title": "There’s no certificate in this file.",
  "error.no_certificates.next": "Choose a file with certificates in PEM or DER, such as .pem, .crt or .cer.",
  "error.bad_certificates.title": "This file contains a certificate the app can’t read.",
  "error.bad_certificates.next": "Get a new copy of the file.",
  "error.certificates_with_key.title": "This file also contains a private key.",
  "error.certificates_with_key.next":
    "It wasn’t read any further. Choose a file that contains only certificates, and keep the key where it belongs.",
  "error.certificates_other_format.title": "This file is in a format that the app doesn’t read.",
  "error.certificates_other_format.next":
    "Such files often hold private keys. Export only the certificates, as PEM or DER.",
  "error.certificates_unreadable.title": "This file can’t be read.",
  "error.certificates_unreadable.next": "Choose another, of at most 4 MiB.",
  "error.found_token_expired.title": "The pasted token is no longer here.",
  "error.found_token_expired.next": "It’s kept for five minutes. Paste the token again.",
  "error.original_changed.title": "The token to replace was changed or revoked meanwhile.",
  "error.original_changed.next":
    "Nothing was created. Close this, check the token in the list, and start again.",
  "error.snapshots_not_deleted.title": "The records of earlier lists couldn’t be deleted.",
  "error.snapshots_not_deleted.next":
    "No more will be kept. Delete the “snapshots” folder next to settings.json yourself.",
  "error.list_changed.title": "The list has changed meanwhile.",
  "error.list_changed.next": "Nothing was copied or saved. Try again.",
  "error.file_not_written.title": "This file can’t be written.",
  "error.file_not_written.next":
    "Choose another folder, or another name. What was there before is unchanged.",
  "error.files_not_read.title": "Nothing could be read.",
  "error.files_not_read.next":
    "It may have been moved, or you don’t have permission to read it. Choose something else.",
  "error.not_allowed.title": "You didn’t allow this, so nothing was sent.",
  "error.not_allowed.next":
    "If you didn’t start it yourself, check the server’s address and the network settings.",
  "error.entry_of_another_server.title": "The saved bearer token belongs to another server.",
  "error.entry_of_another_server.next":
    "The settings were changed: their address doesn’t match the keyring entry. Nothing was sent. Check the address, then sign in with a new bearer token.",
  "error.paste_expired.title": "The pasted bearer token is no longer here.",
  "error.paste_expired.next": "It’s kept for two minutes. Paste it again.",
  "error.pasted_for_another_server.title": "The bearer token was pasted for another server.",
  "error.pasted_for_another_server.next": "Paste the one for this server.",
  "error.settings_not_saved.title": "The settings couldn’t be written to disk.",
  "error.settings_not_saved.next":
    "They apply until you quit. Check the disk and its permissions, then save again.",
  "error.settings_unreadable.title": "The settings were damaged.",
  "error.settings_unreadable.next": "The app is using the defaults and kept the old file as a backup.",
  "error.settings_unavailable.title": "The settings can’t be read.",
  "error.settings_unavailable.next":
    "The app is using the defaults and left the file as it is. Check its permissions, then restart the app.",
  "error.cancelled.title": "Stopped.",
  "error.cancelled.next": "Nothing more was sent.",
  "error.superseded.title": "A newer request took its place.",
  "error.superseded.next": "There’s nothing to do.",
  "error.busy.title": "Another request is still in progress.",
  "error.busy.next": "Wait until it has finished, then try again.",
  "error.keyring_no_bus.title": "This session has no D-Bus session bus, so no keyring can be reached.",
  "error.keyring_no_bus.next":
    "Start the app from your desktop rather than over ssh or as another user, then try again.",
  "error.keyring_no_provider.title": "No keyring is running in this session.",
  "error.keyring_no_provider.next": "Start one, such as GNOME Keyring, KWallet or KeePassXC, then try again.",
  "error.keyring_no_provider.mac.title": "The Keychain isn’t available in this session.",
  "error.keyring_no_provider.mac.next":
    "Start the app from your desktop rather than over ssh, then try again.",
  "error.keyring_no_provider.win.title": "This Windows session has no Credential Manager.",
  "error.keyring_no_provider.win.next":
    "Sign in to Windows yourself, rather than over ssh or as a service, start the app there and try again.",
  "error.keyring_no_collection.title": "The keyring has no default collection.",
  "error.keyring_no_collection.next":
    "Create one in your desktop’s password app, or open its database, then try again.",
  "error.keyring_no_collection.mac.title": "There is no default keychain.",
  "error.keyring_no_collection.mac.next":
    "Make the login keychain the default one in Keychain Access, then try again.",
  "error.keyring_locked.title": "The system keyring is locked.",
  "error.keyring_locked.next": "Unlock it in your desktop’s password app, then try again.",
  "error.keyring_locked.mac.title": "The Keychain is locked, or refused access.",
  "error.keyring_locked.mac.next":
    "Unlock the login keychain in Keychain Access and try again. If macOS asks whether Calyptia Tokens may use the entry, choose Allow.",
  "error.keyring_dismissed.title": "The keyring prompt was closed.",
  "error.keyring_dismissed.next": "Try again and enter the password; it’s usually your login password.",
  "error.keyring_dismissed.mac.title": "Access to the Keychain was denied.",
  "error.keyring_dismissed.mac.next":
    "Try again and choose Allow; the password it asks for is usually your login password.",
  "error.keyring_not_created.title":
    "The keyring has no place for entries yet, and creating one was refused.",
  "error.keyring_not_created.next":
    "Try again and confirm the keyring’s window: it creates a keyring or wallet and asks for a new password.",
  "error.keyring_timed_out.title": "The system keyring isn’t responding.",
  "error.keyring_timed_out.next":
    "Look for a password prompt and answer it, then try again. If there’s none, restart the app.",
  "error.keyring_ambiguous.title": "The keyring has more than one entry for this connection.",
  "error.keyring_ambiguous.next":
    "Search your desktop’s password app for calyptia-tokens and remove all but one, then try again.",
  "error.keyring_ambiguous.mac.next":
    "Search Keychain Access for calyptia-tokens and remove all but one, then try again.",
  "error.keyring_unrecognized.title": "The keyring entry for this connection isn’t a bearer token.",
  "error.keyring_unrecognized.next": "Sign in with your bearer token to replace it.",
  "error.keyring_not_deleted.title": "The keyring didn’t delete the entry.",
  "error.keyring_not_deleted.next": "Remove it in your desktop’s password app: search for calyptia-tokens.",
  "error.keyring_not_deleted.mac.next": "Remove it in Keychain Access: search for calyptia-tokens.",
  "error.keyring_not_deleted.win.next":
    "Remove it in Credential Manager, under Windows Credentials: look for calyptia-tokens.",
  "error.keyring_failed.title": "The system keyring reported an error.",
  "error.keyring_failed.next":
    "Try again. If this keeps happening, check the keyring in your desktop’s password app.",
  "error.keyring_failed.mac.next":
    "Try again. If this keeps happening, check the login keychain in Keychain Access.",
  "error.keyring_failed.win.next":
    "Try again. If this keeps happening, check Windows Credentials in Credential Manager.",
  "error.bad_connection_name.title": "This name can’t be used.",
  "error.bad_connection_name.next": "Use 1 to 60 characters on one line.",
  "error.signed_out.title": "You’re signed out.",
  "error.signed_out.next": "Paste your bearer token to sign in again.",
  "error.internal.title": "Something went wrong in the app.",
  "error.internal.next": "Try again. If this keeps happening, restart the app.",

  // What is known in more detail, and what means something else to a person who was changing a token.
  "error.detail": "Details: {detail}.",
  "error.proxy_unreachable.named": "The proxy {detail} can’t be reached.",
  "error.proxy_refused.named": "The proxy {detail} blocked the request or requires a user name and password.",
  "error.unreachable_behind_proxy.named": "The proxy {detail} works, but it can’t reach the server.",
  "error.proxy_unusable.named": "The proxy {detail} can’t be used.",
  "error.certificate_store.named": "The certificates that {detail} points to can’t be used.",
  "error.certificate_store.correct":
    "Nothing was sent. Correct or unset {detail} and restart the app, or add a certificate file in Settings > Network.",
  "error.keyring_no_provider.install":
    "Start one, or install it with “{command}” and log in again, then try again.",
  "error.bad_certificates.named": "Certificate {detail} in this file can’t be read.",
  "error.certificates_other_format.named": "This file is in the format {detail}, which the app doesn’t read.",
  "error.not_the_api.nothing": "There’s no Calyptia API at this address{status}.",
  "error.not_the_api.address": "Check the server address, and leave out /v1.",
  "error.change_unknown.check": "Check the list before you try again.",
  "error.change_unknown.response": "The server’s response{status} doesn’t say whether the change was made.",
  "error.rate_limited.wait": "Try again in {span}.",
  "error.permission_denied.changing.title":
    "You don’t have permission to create or change tokens in this project{status}.",
  "error.permission_denied.changing.next": "Ask someone who does, or check that you’re still a member.",
  "error.not_found.changing.title": "This project or token no longer exists on the server{status}.",
  "error.not_found.changing.next": "It may have been deleted elsewhere. Refresh the list.",
});
