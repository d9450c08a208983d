// Pages for people without an account.
#pragma once

#include "modules/units/units.hpp"

namespace yuanliu::units {

// What the phone pages may load and do: only from us, WebAssembly for reading codes, pictures from the camera, and no
// inline script or style. For /q/{code} here and for the phone app's own pages in src/app.
inline constexpr std::string_view phone_policy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
inline constexpr std::string_view phone_permissions = "camera=(self), microphone=(), geolocation=()";

// The verdict on a printed code: genuine, and under warranty until when; or copied, mistyped, unknown. Counts the scan.
Content scan_page(Tx& tx, const Actor& actor, const Text<1, 100>& code);

}  // namespace yuanliu::units
