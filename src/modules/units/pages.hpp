// Pages for people without an account.
#pragma once

#include "modules/units/units.hpp"
#include "platform/words/words.hpp"

namespace yuanliu::units {

// What the phone pages may load and do: only from us, WebAssembly for reading codes, pictures from the camera, and no
// inline script or style. For /q/{code} here and for the phone app's own pages in src/app.
inline constexpr std::string_view phone_policy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
inline constexpr std::string_view phone_permissions = "camera=(self), microphone=(), geolocation=()";

// The verdict on a printed code: genuine, and under warranty until when; or copied, mistyped, unknown. The scan is
// counted behind the answer.
Content scan_page(Rx& rx, const Actor& actor, const Text<1, 100>& code);
// The page of an error where a scan page was asked for; nothing for other paths.
std::optional<Content> scan_error_page(const Words& words, const Actor& actor, std::string_view path,
                                       const Error& error);

}  // namespace yuanliu::units
