/** The catalogue in Spanish, what goes wrong: see en-errors.js. */
export const ES_ERRORS = {
  "error.bad_server.title": "Esta dirección no es válida.",
  "error.bad_server.next":
    "Escríbela como https://host. Con http a secas solo vale un servidor en este equipo.",
  "error.server_not_encrypted.title": "La aplicación no envía tu bearer token por HTTP sin cifrar.",
  "error.server_not_encrypted.next":
    "Escribe la dirección con https. Con http a secas solo vale un servidor en este equipo.",
  "error.server_with_password.title": "Esta dirección contiene un usuario o una contraseña.",
  "error.server_with_password.next": "Quítalos; al servidor le basta con el bearer token.",
  "error.server_with_query.title": "Esta dirección tiene partes de más al final.",
  "error.server_with_query.next": "Quita «?» o «#» y todo lo que sigue.",
  "error.invalid_bearer_token.title": "Esto no parece un bearer token.",
  "error.invalid_bearer_token.next":
    "Un JWT tiene tres partes separadas por puntos. Copia el token entero y pégalo otra vez.",
  "error.project_token_given.title": "Esto es un token de proyecto, no un bearer token.",
  "error.project_token_given.next":
    "Los tokens de proyecto tienen dos partes y no pueden listar ni crear tokens; un bearer token tiene tres.",
  "error.several_bearer_tokens.title": "Este texto contiene varios bearer tokens.",
  "error.several_bearer_tokens.next": "Copia solo el de este servidor y vuelve a pegar.",
  "error.clipboard_empty.title": "No hay texto que pegar.",
  "error.clipboard_empty.next": "Copia tu bearer token y pega de nuevo.",
  "error.clipboard_unavailable.title": "El portapapeles no se puede usar ahora mismo.",
  "error.clipboard_unavailable.next": "Puede que lo esté usando otra aplicación. Reinténtalo en un momento.",
  "error.unauthenticated.title": "El servidor no acepta este bearer token{status}.",
  "error.unauthenticated.next": "Puede haber caducado o ser de otro servidor. Pega uno nuevo.",
  "error.email_not_verified.title": "El correo de tu cuenta no está verificado{status}.",
  "error.email_not_verified.next":
    "Verifícalo y reinténtalo. Hasta entonces, un bearer token nuevo no sirve de nada.",
  "error.permission_denied.title": "No eres miembro de este proyecto, o no existe{status}.",
  "error.permission_denied.next": "Elige otro proyecto o pide a uno de sus miembros que te invite.",
  "error.blocked.title": "Algo delante del servidor ha rechazado la petición{status}.",
  "error.blocked.next":
    "Puede ser un cortafuegos, un proxy o una pasarela. Revisa la red y la VPN, o avisa a quien los administra.",
  "error.not_found.title": "Esto ya no existe en el servidor{status}.",
  "error.not_found.next": "Puede que se haya eliminado en otra parte. Actualiza la lista.",
  "error.not_found_elsewhere.title": "No se ha encontrado nada en la dirección de la petición{status}.",
  "error.not_found_elsewhere.next":
    "No significa que el token ya no exista: puede haber respondido una pasarela. Actualiza la lista para comprobarlo.",
  "error.name_taken.title": "Ya existe un token con este nombre en este proyecto.",
  "error.name_taken.next": "Elige otro nombre.",
  "error.conflict.title": "El servidor lo ha rechazado por un conflicto{status}.",
  "error.conflict.next": "Puede que el token esté en uso o haya cambiado. Actualiza la lista y reinténtalo.",
  "error.invalid_name.title": "El servidor no acepta este nombre{status}.",
  "error.invalid_name.next": "Usa 100 caracteres como máximo, en una sola línea.",
  "error.invalid_permission.title": "El servidor no acepta estos permisos{status}.",
  "error.invalid_permission.next": "Cambia la selección y reinténtalo.",
  "error.no_permissions.title": "Selecciona al menos un permiso.",
  "error.no_permissions.next": "Un token sin permisos en la lista tendría acceso total.",
  "error.rate_limited.title": "Demasiadas peticiones{status}.",
  "error.rate_limited.next": "Espera un minuto y reinténtalo.",
  "error.server_error.title": "Error del servidor{status}.",
  "error.server_error.next": "El problema no es tuyo; reinténtalo en un minuto.",
  "error.unexpected_answer.title": "El servidor envió una respuesta que la aplicación no entiende{status}.",
  "error.unexpected_answer.next":
    "Reinténtalo. Si sigue pasando, puede que necesites una versión más reciente de la aplicación.",
  "error.too_large.title": "La respuesta del servidor es mayor de lo que la aplicación acepta.",
  "error.too_large.next":
    "La aplicación dejó de leerla. Revisa la dirección del servidor o avisa a quien lo administra.",
  "error.list_incomplete.title": "El servidor no devolvió la lista completa.",
  "error.list_incomplete.next": "Reinténtalo. Si sigue pasando, avisa a quien administra el servidor.",
  "error.not_the_api.title": "Algo ha respondido, pero no es la API de Calyptia{status}.",
  "error.not_the_api.next":
    "Revisa la dirección del servidor. También puede ser la página de acceso de una red: compruébalo en un navegador y reinténtalo.",
  "error.redirected.title": "El servidor ha redirigido la petición{status}.",
  "error.redirected.next":
    "Para proteger tu bearer token, la aplicación no sigue redirecciones. Revisa la dirección del servidor.",
  "error.unreachable.title": "No se puede llegar al servidor.",
  "error.unreachable.next": "Revisa la conexión, la VPN y la dirección del servidor, y reinténtalo.",
  "error.server_not_found.title": "No se encontró ningún servidor en esta dirección.",
  "error.server_not_found.next": "Revisa la conexión, la VPN y cómo está escrita la dirección.",
  "error.connection_refused.title": "El servidor no acepta conexiones.",
  "error.connection_refused.next": "Revisa el puerto de la dirección y si el servidor está en marcha.",
  "error.proxy_unreachable.title": "No se puede llegar al proxy.",
  "error.proxy_unreachable.next": "Revisa Ajustes > Red, o el proxy del sistema.",
  "error.proxy_refused.title": "El proxy bloqueó la petición o exige usuario y contraseña.",
  "error.proxy_refused.next": "Revisa Ajustes > Red, o pregunta a quien administra el proxy.",
  "error.unreachable_behind_proxy.title": "El proxy funciona, pero no llega al servidor.",
  "error.unreachable_behind_proxy.next": "Revisa la dirección del servidor y si el servidor está en marcha.",
  "error.proxy_unusable.title": "La dirección del proxy no se puede usar.",
  "error.proxy_unusable.next":
    "No se ha enviado nada. Corrígela en Ajustes > Red, o en los ajustes de proxy del sistema.",
  "error.proxy_script.title":
    "El sistema elige el proxy con un script de configuración (PAC), que esta aplicación no puede seguir.",
  "error.proxy_script.next":
    "No se ha enviado nada. En Ajustes > Red, escribe la dirección del proxy, o elige Sin proxy.",
  "error.untrusted_certificate.title": "El certificado del servidor no es de confianza.",
  "error.untrusted_certificate.next": "No se ha enviado nada. Avisa a quien administra el servidor.",
  "error.certificate_expired.title": "El certificado del servidor ha caducado o aún no es válido.",
  "error.certificate_expired.next":
    "No se ha enviado nada. Revisa la fecha de este equipo; si es correcta, avisa a quien administra el servidor.",
  "error.certificate_wrong_host.title": "El certificado del servidor es de otro host.",
  "error.certificate_wrong_host.next":
    "No se ha enviado nada. Revisa la dirección; si es correcta, avisa a quien administra el servidor.",
  "error.certificate_unknown_issuer.title":
    "Este equipo no confía en quien emitió el certificado del servidor.",
  "error.certificate_unknown_issuer.next":
    "No se ha enviado nada. Si tu empresa inspecciona el tráfico, añade su certificado en Ajustes > Red.",
  "error.certificate_store.title": "Los certificados del sistema no se pueden usar.",
  "error.certificate_store.next":
    "No se ha enviado nada. Repáralos, o añade un archivo de certificados en Ajustes > Red.",
  "error.old_tls.title": "El servidor solo admite un cifrado anticuado.",
  "error.old_tls.next":
    "No se ha enviado nada. Pide a quien administra el servidor que permita TLS 1.2 o 1.3.",
  "error.client_certificate.title": "El servidor exige un certificado de cliente.",
  "error.client_certificate.next":
    "La aplicación no puede presentar ninguno. Pide al administrador del servidor una dirección que no lo exija.",
  "error.not_tls.title": "El servidor de esta dirección no usa cifrado.",
  "error.not_tls.next":
    "No se envió nada. Revisa la dirección y el puerto; http sin cifrar solo sirve para un servidor en este equipo.",
  "error.timed_out.title": "El servidor ha tardado demasiado en responder{status}.",
  "error.timed_out.next": "Reinténtalo. Si sigue pasando, revisa la conexión.",
  "error.change_unknown.title": "La respuesta del servidor se ha perdido.",
  "error.change_unknown.next": "Puede que el cambio se haya hecho. Comprueba la lista antes de reintentarlo.",
  "error.value_hidden.title": "El servidor oculta el valor de este token.",
  "error.value_hidden.next": "Solo está disponible al crear el token. Crea uno nuevo si necesitas el valor.",
  "error.value_not_plain.title":
    "Este token contiene caracteres que tienen un significado especial en este formato.",
  "error.value_not_plain.next":
    "Copia solo el token y añádelo a mano según la documentación de esa herramienta.",
  "error.server_path_impossible.title": "Fluent Bit no admite una dirección de servidor con ruta.",
  "error.server_path_impossible.next":
    "Copia solo el token y pregunta a quien administra el servidor qué dirección deben usar los agentes.",
  "error.server_host_impossible.title":
    "Fluent Bit interpretaría parte del nombre de este servidor como una variable.",
  "error.server_host_impossible.next":
    "Copia solo el token y pregunta a quien administra el servidor qué dirección deben usar los agentes.",
  "error.bad_proxy.title": "Esta dirección de proxy no es válida.",
  "error.bad_proxy.next": "Escríbela como http://proxy.example.com:3128 o socks5h://localhost:1080.",
  "error.proxy_with_password.title": "La aplicación no guarda contraseñas de proxy.",
  "error.proxy_with_password.next":
    "Pon la contraseña en la variable HTTPS_PROXY y elige el proxy del sistema.",
  "error.proxy_with_path.title": "Esta dirección tiene partes de más después del puerto.",
  "error.proxy_with_path.next": "Quita todo lo que va después del host y el puerto.",
  "error.no_certificates.title": "No hay ningún certificado en este archivo.",
  "error.no_certificates.next": "Elige un archivo con certificados en PEM o DER, como .pem, .crt o .cer.",
  "error.bad_certificates.title": "Este archivo contiene un certificado que la aplicación no puede leer.",
  "error.bad_certificates.next": "Consigue otra copia del archivo.",
  "error.certificates_with_key.title": "Este archivo contiene también una clave privada.",
  "error.certificates_with_key.next":
    "No se ha seguido leyendo. Elige un archivo que solo contenga certificados y deja la clave en su sitio.",
  "error.certificates_other_format.title": "Este archivo está en un formato que la aplicación no lee.",
  "error.certificates_other_format.next":
    "Estos archivos suelen contener claves privadas. Exporta solo los certificados, en PEM o DER.",
  "error.certificates_unreadable.title": "No se puede leer este archivo.",
  "error.certificates_unreadable.next": "Elige otro, de 4 MiB como máximo.",
  "error.found_token_expired.title": "El token pegado ya no está aquí.",
  "error.found_token_expired.next": "Se guarda cinco minutos. Pega el token otra vez.",
  "error.original_changed.title": "El token que reemplazar ha cambiado o se ha revocado mientras tanto.",
  "error.original_changed.next":
    "No se ha creado nada. Cierra esto, comprueba el token en la lista y empieza de nuevo.",
  "error.snapshots_not_deleted.title": "No se pudieron eliminar los registros de las listas anteriores.",
  "error.snapshots_not_deleted.next":
    "No se conservarán más. Elimina tú la carpeta «snapshots», junto a settings.json.",
  "error.list_changed.title": "La lista ha cambiado mientras tanto.",
  "error.list_changed.next": "No se ha copiado ni guardado nada. Reinténtalo.",
  "error.file_not_written.title": "No se puede escribir este archivo.",
  "error.file_not_written.next": "Elige otra carpeta u otro nombre. Lo que había antes no ha cambiado.",
  "error.files_not_read.title": "No se pudo leer nada.",
  "error.files_not_read.next":
    "Puede que se haya movido o que no tengas permiso para leerlo. Elige otra cosa.",
  "error.not_allowed.title": "No lo has permitido, así que no se ha enviado nada.",
  "error.not_allowed.next":
    "Si no lo has iniciado tú, comprueba la dirección del servidor y los ajustes de red.",
  "error.entry_of_another_server.title": "El bearer token guardado es de otro servidor.",
  "error.entry_of_another_server.next":
    "Los ajustes han cambiado: su dirección no coincide con la de la entrada del llavero. No se ha enviado nada. Comprueba la dirección e inicia sesión con un bearer token nuevo.",
  "error.paste_expired.title": "El bearer token pegado ya no está aquí.",
  "error.paste_expired.next": "Se guarda dos minutos. Pégalo de nuevo.",
  "error.pasted_for_another_server.title": "El bearer token se pegó para otro servidor.",
  "error.pasted_for_another_server.next": "Pega el de este servidor.",
  "error.settings_not_saved.title": "No se han podido escribir los ajustes en el disco.",
  "error.settings_not_saved.next":
    "Valen hasta que cierres la aplicación. Revisa el disco y sus permisos, y guarda de nuevo.",
  "error.settings_unreadable.title": "Los ajustes estaban dañados.",
  "error.settings_unreadable.next":
    "La aplicación usa los valores predeterminados y ha conservado el archivo anterior como copia.",
  "error.settings_unavailable.title": "No se pueden leer los ajustes.",
  "error.settings_unavailable.next":
    "La aplicación usa los valores predeterminados y ha dejado el archivo como está. Revisa sus permisos y reinicia la aplicación.",
  "error.cancelled.title": "Cancelado.",
  "error.cancelled.next": "No se ha enviado nada más.",
  "error.superseded.title": "Una petición más reciente la ha sustituido.",
  "error.superseded.next": "No hay nada que hacer.",
  "error.busy.title": "Otra petición sigue en curso.",
  "error.busy.next": "Espera a que termine y reinténtalo.",
  "error.keyring_no_bus.title":
    "Esta sesión no tiene bus de sesión D-Bus, así que no se llega a ningún llavero.",
  "error.keyring_no_bus.next":
    "Abre la aplicación desde tu escritorio y no por ssh ni como otro usuario, y reinténtalo.",
  "error.keyring_no_provider.title": "No hay ningún llavero en marcha en esta sesión.",
  "error.keyring_no_provider.next": "Inicia uno, como GNOME Keyring, KWallet o KeePassXC, y reinténtalo.",
  "error.keyring_no_provider.mac.title": "El Llavero no está disponible en esta sesión.",
  "error.keyring_no_provider.mac.next": "Abre la aplicación desde tu escritorio y no por ssh, y reinténtalo.",
  "error.keyring_no_provider.win.title": "Esta sesión de Windows no tiene Administrador de credenciales.",
  "error.keyring_no_provider.win.next":
    "Inicia sesión en Windows tú mismo, no por ssh ni como servicio, abre ahí la aplicación y reinténtalo.",
  "error.keyring_no_collection.title": "El llavero no tiene una colección predeterminada.",
  "error.keyring_no_collection.next":
    "Crea una en la aplicación de contraseñas de tu escritorio, o abre su base de datos, y reinténtalo.",
  "error.keyring_no_collection.mac.title": "No hay ningún llavero predeterminado.",
  "error.keyring_no_collection.mac.next":
    "Pon como predeterminado el llavero de inicio de sesión en Acceso a Llaveros y reinténtalo.",
  "error.keyring_locked.title": "El llavero del sistema está bloqueado.",
  "error.keyring_locked.next": "Desbloquéalo en la aplicación de contraseñas de tu escritorio y reinténtalo.",
  "error.keyring_locked.mac.title": "El Llavero está bloqueado o ha denegado el acceso.",
  "error.keyring_locked.mac.next":
    "Desbloquea el llavero de inicio de sesión en Acceso a Llaveros y reinténtalo. Si macOS pregunta si Calyptia Tokens puede usar la entrada, elige Permitir.",
  "error.keyring_dismissed.title": "Se cerró el aviso del llavero.",
  "error.keyring_dismissed.next": "Reinténtalo y escribe la contraseña; suele ser la de inicio de sesión.",
  "error.keyring_dismissed.mac.title": "Se ha denegado el acceso al Llavero.",
  "error.keyring_dismissed.mac.next":
    "Reinténtalo y elige Permitir; la contraseña que pide suele ser la de inicio de sesión.",
  "error.keyring_not_created.title":
    "El llavero aún no tiene dónde guardar entradas, y no se le ha permitido crearlo.",
  "error.keyring_not_created.next":
    "Reinténtalo y acepta en la ventana del llavero: crea un llavero o una cartera y pide una contraseña nueva.",
  "error.keyring_timed_out.title": "El llavero del sistema no responde.",
  "error.keyring_timed_out.next":
    "Busca un aviso que pida tu contraseña, respóndelo y reinténtalo. Si no hay ninguno, reinicia la aplicación.",
  "error.keyring_ambiguous.title": "El llavero tiene más de una entrada para esta conexión.",
  "error.keyring_ambiguous.next":
    "Busca calyptia-tokens en la aplicación de contraseñas de tu escritorio, quita todas menos una y reinténtalo.",
  "error.keyring_ambiguous.mac.next":
    "Busca calyptia-tokens en Acceso a Llaveros, quita todas menos una y reinténtalo.",
  "error.keyring_unrecognized.title": "La entrada del llavero para esta conexión no es un bearer token.",
  "error.keyring_unrecognized.next": "Inicia sesión con tu bearer token para sustituirla.",
  "error.keyring_not_deleted.title": "El llavero no eliminó la entrada.",
  "error.keyring_not_deleted.next":
    "Quítala en la aplicación de contraseñas de tu escritorio: busca calyptia-tokens.",
  "error.keyring_not_deleted.mac.next": "Quítala en Acceso a Llaveros: busca calyptia-tokens.",
  "error.keyring_not_deleted.win.next":
    "Quítala en el Administrador de credenciales, en Credenciales de Windows: busca calyptia-tokens.",
  "error.keyring_failed.title": "El llavero del sistema devolvió un error.",
  "error.keyring_failed.next":
    "Reinténtalo. Si sigue pasando, mira el llavero en la aplicación de contraseñas de tu escritorio.",
  "error.keyring_failed.mac.next":
    "Reinténtalo. Si sigue pasando, mira el llavero de inicio de sesión en Acceso a Llaveros.",
  "error.keyring_failed.win.next":
    "Reinténtalo. Si sigue pasando, mira Credenciales de Windows en el Administrador de credenciales.",
  "error.bad_connection_name.title": "Este nombre no se puede usar.",
  "error.bad_connection_name.next": "Usa de 1 a 60 caracteres en una sola línea.",
  "error.signed_out.title": "Tu sesión está cerrada.",
  "error.signed_out.next": "Pega tu bearer token para iniciar sesión de nuevo.",
  "error.internal.title": "Algo ha fallado en la aplicación.",
  "error.internal.next": "Reinténtalo. Si sigue pasando, reinicia la aplicación.",

  "error.detail": "Detalles: {detail}.",
  "error.proxy_unreachable.named": "No se puede llegar al proxy {detail}.",
  "error.proxy_refused.named": "El proxy {detail} bloqueó la petición o exige usuario y contraseña.",
  "error.unreachable_behind_proxy.named": "El proxy {detail} funciona, pero no llega al servidor.",
  "error.proxy_unusable.named": "El proxy {detail} no se puede usar.",
  "error.certificate_store.named": "Los certificados que indica {detail} no se pueden usar.",
  "error.certificate_store.correct":
    "No se ha enviado nada. Corrige o elimina {detail} y reinicia la aplicación, o añade un archivo de certificados en Ajustes > Red.",
  "error.keyring_no_provider.install":
    "Inicia uno, o instálalo con «{command}», vuelve a iniciar tu sesión y reinténtalo.",
  "error.bad_certificates.named": "El certificado {detail} de este archivo no se puede leer.",
  "error.certificates_other_format.named":
    "Este archivo está en el formato {detail}, que la aplicación no lee.",
  "error.not_the_api.nothing": "No hay ninguna API de Calyptia en esta dirección{status}.",
  "error.not_the_api.address": "Revisa la dirección del servidor y quita /v1.",
  "error.change_unknown.check": "Comprueba la lista antes de reintentarlo.",
  "error.change_unknown.response": "La respuesta del servidor{status} no dice si el cambio se ha hecho.",
  "error.rate_limited.wait": "Reinténtalo en {span}.",
  "error.permission_denied.changing.title":
    "No tienes permiso para crear ni cambiar tokens en este proyecto{status}.",
  "error.permission_denied.changing.next":
    "Pídeselo a alguien que lo tenga, o comprueba que sigues siendo miembro.",
  "error.not_found.changing.title": "Este proyecto o token ya no existe en el servidor{status}.",
  "error.not_found.changing.next": "Puede que se haya eliminado en otra parte. Actualiza la lista.",
};
