/**
 * The catalogue in English, what goes wrong: for each error code what failed, and what to do next. `{status}` is the HTTP
 * status in parentheses, or nothing.
 */
export const EN_ERRORS = /** @type {const} */ ({
  "error.bad_server.title": "This address can’t be used.",
  "error.bad_server.next": "Enter it as https://host. Plain http works only for a server on this computer.",
  "error.server_not_encrypted.title": "Bearer tokens aren’t sent over plain http.",
  "error.server_not_encrypted.next":
    "Enter the address with https. Plain http works only for a server on this computer.",
  "error.server_with_password.title": "This address contains a user name or a password.",
  "error.server_with_password.next": "Leave them out: the server needs only the bearer token.",
  "error.server_with_query.title": "This address has a query or a fragment.",
  "error.server_with_query.next": "Leave out everything from the question mark or the hash sign on.",
  "error.invalid_bearer_token.title": "This doesn’t look like a bearer token.",
  "error.invalid_bearer_token.next":
    "A bearer token has three parts joined by dots. Copy the whole token, then paste it again.",
  "error.project_token_given.title": "This is a project token, not a bearer token.",
  "error.project_token_given.next":
    "It has two parts; a bearer token has three. Project tokens can’t list or create tokens.",
  "error.several_bearer_tokens.title": "This text contains several bearer tokens.",
  "error.several_bearer_tokens.next": "Copy just the one for this server, then paste again.",
  "error.clipboard_empty.title": "There’s no text to paste.",
  "error.clipboard_empty.next": "Copy your bearer token, then paste again.",
  "error.clipboard_unavailable.title": "The clipboard can’t be used right now.",
  "error.clipboard_unavailable.next": "Another program may be holding it. Try again in a moment.",
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
  "error.rate_limited.next": "There were too many requests. Wait a minute, then try again.",
  "error.server_error.title": "Server error{status}.",
  "error.server_error.next": "The problem isn’t on your side; try again in a minute.",
  "error.unexpected_answer.title": "The server’s response can’t be understood{status}.",
  "error.unexpected_answer.next": "Try again. If this keeps happening, the app may be older than the server.",
  "error.too_large.title": "The server’s response is larger than the app accepts.",
  "error.too_large.next":
    "The rest wasn’t read. Check the server address, or contact the server’s administrator.",
  "error.list_incomplete.title": "The server’s pages don’t lead to the end of the list.",
  "error.list_incomplete.next": "Try again. If this keeps happening, contact the server’s administrator.",
  "error.not_the_api.title": "Something responded, but it isn’t the Calyptia API{status}.",
  "error.not_the_api.next":
    "Check the server address. It may also be a network’s sign-in page: open a browser to check, then try again.",
  "error.redirected.title": "The server redirected the request{status}.",
  "error.redirected.next":
    "Redirects aren’t followed, so your bearer token stays here. Check the server address.",
  "error.unreachable.title": "The server can’t be reached.",
  "error.unreachable.next": "Check the connection, the VPN and the server address, then try again.",
  "error.server_not_found.title": "There’s no server with this name.",
  "error.server_not_found.next": "Check the connection, the VPN and the spelling of the address.",
  "error.connection_refused.title": "Nothing responds at the server’s address.",
  "error.connection_refused.next": "Check the port in the address, and whether the server is running.",
  "error.proxy_unreachable.title": "The proxy can’t be reached.",
  "error.proxy_unreachable.next": "Check Settings > Network, or the system’s proxy.",
  "error.proxy_refused.title": "The proxy refused the request, or requires a user name and password.",
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
  "error.certificate_unknown_issuer.title": "This computer doesn’t know who issued the server’s certificate.",
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
  "error.not_tls.title": "What responds at this address doesn’t use encryption.",
  "error.not_tls.next":
    "Nothing was sent. Check the address and its port; plain http works only for a server on this computer.",
  "error.timed_out.title": "The server took too long to respond{status}.",
  "error.timed_out.next": "Try again. If this keeps happening, check the connection.",
  "error.change_unknown.title": "The server’s response was lost.",
  "error.change_unknown.next": "The change may have been made. Check the list before you try again.",
  "error.value_hidden.title": "The server hides this token’s value.",
  "error.value_hidden.next":
    "It can be read only when the token is created. Create a new token if you need one.",
  "error.value_not_plain.title": "This token’s value contains characters that have a special meaning there.",
  "error.value_not_plain.next": "Copy the token alone, and enter it as the manual says.",
  "error.server_path_impossible.title": "Fluent Bit has no setting for a server address with a path.",
  "error.server_path_impossible.next":
    "Copy the token alone, and ask the server’s administrator where agents report to.",
  "error.server_host_impossible.title": "Fluent Bit would read part of this server’s name as a variable.",
  "error.server_host_impossible.next":
    "Copy the token alone, and ask the server’s administrator where agents report to.",
  "error.bad_proxy.title": "This proxy address can’t be used.",
  "error.bad_proxy.next": "Enter it as http://proxy.example.com:3128 or socks5h://localhost:1080.",
  "error.proxy_with_password.title": "The app doesn’t save proxy passwords.",
  "error.proxy_with_password.next":
    "Put the password in the HTTPS_PROXY variable, and choose the system’s proxy.",
  "error.proxy_with_path.title": "This address continues after the port.",
  "error.proxy_with_path.next": "Leave out everything after the host and the port.",
  "error.no_certificates.title": "There’s no certificate in this file.",
  "error.no_certificates.next": "Choose a file with certificates in PEM or DER, such as .pem, .crt or .cer.",
  "error.bad_certificates.title": "This file contains a certificate that can’t be read.",
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
    "Nothing was created. Close this, look at the token in the list, and start again.",
  "error.snapshots_not_deleted.title": "What was kept of earlier lists can’t be deleted.",
  "error.snapshots_not_deleted.next":
    "Nothing more is kept. Delete the folder “snapshots” beside settings.json yourself.",
  "error.file_not_written.title": "This file can’t be written.",
  "error.file_not_written.next":
    "Choose another folder, or another name. What was there before is unchanged.",
  "error.files_not_read.title": "None of this can be read.",
  "error.files_not_read.next":
    "It may have been moved, or you aren’t permitted to read it. Choose something else.",
  "error.not_allowed.title": "You didn’t allow this, so nothing was sent.",
  "error.not_allowed.next":
    "If you didn’t start it yourself, check the server’s address and the network settings.",
  "error.entry_of_another_server.title": "The saved bearer token belongs to another server.",
  "error.entry_of_another_server.next":
    "The settings have been changed: the address isn’t that of the keyring entry. Nothing was sent. Check the address, then sign in with a new bearer token.",
  "error.paste_expired.title": "The pasted bearer token is no longer here.",
  "error.paste_expired.next": "It’s kept for two minutes. Paste it again.",
  "error.pasted_for_another_server.title": "The bearer token was pasted for another server.",
  "error.pasted_for_another_server.next": "Paste the one for this server.",
  "error.settings_not_saved.title": "The settings couldn’t be written to disk.",
  "error.settings_not_saved.next":
    "They apply until you quit. Check the disk and its permissions, then save again.",
  "error.settings_unreadable.title": "The settings were damaged.",
  "error.settings_unreadable.next": "The app started with the defaults and kept the old file.",
  "error.settings_unavailable.title": "The settings can’t be read.",
  "error.settings_unavailable.next":
    "The app started with the defaults and left the file as it is. Check its permissions, then restart the app.",
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
  "error.keyring_no_provider.next":
    "Start your desktop’s own, such as GNOME Keyring, KWallet or KeePassXC, then try again.",
  "error.keyring_no_collection.title": "The keyring has no default collection.",
  "error.keyring_no_collection.next":
    "Create one in your desktop’s password app, or open its database, then try again.",
  "error.keyring_locked.title": "The system keyring is locked.",
  "error.keyring_locked.next": "Unlock it in your desktop’s password app, then try again.",
  "error.keyring_dismissed.title": "The keyring’s prompt was closed.",
  "error.keyring_dismissed.next": "Try again and answer it: its password is usually the one you log in with.",
  "error.keyring_not_created.title":
    "The keyring has no place for entries yet, and creating one was refused.",
  "error.keyring_not_created.next":
    "Try again and confirm the keyring’s window: it creates a keyring or wallet and asks for a new password.",
  "error.keyring_timed_out.title": "The system keyring doesn’t respond.",
  "error.keyring_timed_out.next":
    "Look for a window that asks for your password and answer it, then try again. If there is none, restart the app.",
  "error.keyring_ambiguous.title": "The keyring holds more than one entry for this connection.",
  "error.keyring_ambiguous.next":
    "Search your desktop’s password app for calyptia-tokens and remove all but one, then try again.",
  "error.keyring_unrecognized.title": "The keyring entry for this connection isn’t a bearer token.",
  "error.keyring_unrecognized.next": "Sign in with your bearer token: it replaces the entry.",
  "error.keyring_not_deleted.title": "The keyring kept the entry although it was asked to delete it.",
  "error.keyring_not_deleted.next": "Remove it in your desktop’s password app: search for calyptia-tokens.",
  "error.keyring_failed.title": "The system keyring failed.",
  "error.keyring_failed.next":
    "Try again. If this keeps happening, check the keyring in your desktop’s password app.",
  "error.bad_connection_name.title": "This name can’t be used.",
  "error.bad_connection_name.next": "Enter 1 to 60 characters on one line.",
  "error.signed_out.title": "You’re signed out.",
  "error.signed_out.next": "Paste your bearer token to sign in again.",
  "error.internal.title": "Something went wrong in the app.",
  "error.internal.next": "Try again. If this keeps happening, restart the app.",

  // What is known in more detail, and what means something else to a person who was changing a token.
  "error.detail": "Details: {detail}.",
  "error.proxy_unreachable.named": "The proxy {detail} can’t be reached.",
  "error.proxy_refused.named":
    "The proxy {detail} requires a user name and password, or refused the request.",
  "error.unreachable_behind_proxy.named": "The proxy {detail} works, but it can’t reach the server.",
  "error.proxy_unusable.named": "The proxy {detail} can’t be used.",
  "error.certificate_store.named": "The certificates that {detail} points to can’t be used.",
  "error.certificate_store.correct":
    "Nothing was sent. Correct or unset {detail} and restart the app, or add a certificate file in Settings > Network.",
  "error.keyring_no_provider.install":
    "Start your desktop’s own, or install one with “{command}”, log in again, then try again.",
  "error.bad_certificates.named": "Certificate {detail} in this file can’t be read.",
  "error.certificates_other_format.named": "This file is in the format {detail}, which the app doesn’t read.",
  "error.not_the_api.nothing": "There’s no Calyptia API at this address{status}.",
  "error.not_the_api.address": "Check the server address, and leave out /v1.",
  "error.change_unknown.check": "Check the list before you try again.",
  "error.change_unknown.response": "The server’s response{status} doesn’t say whether the change was made.",
  "error.rate_limited.wait": "Wait {span}, then try again.",
  "error.permission_denied.changing.title": "You can’t create or change tokens in this project{status}.",
  "error.permission_denied.changing.next":
    "Ask a member who can to do it, or check that you’re still a member.",
  "error.not_found.changing.title": "This project or token no longer exists on the server{status}.",
  "error.not_found.changing.next": "It may have been deleted elsewhere. Refresh the list.",
});
