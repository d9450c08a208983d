#include "app/pages.hpp"

#include <string>
#include <string_view>

namespace yuanliu::app {
namespace {

// The API viewers set styles at run time and start workers from blobs (web/README.md).
constexpr std::string_view viewer_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src "
    "'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// The apps: nothing from elsewhere, no inline script or style sheet. Components and charts set `style` attributes,
// pictures and PDFs are shown from memory, and the code reader of the camera is WebAssembly.
constexpr std::string_view app_policy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; frame-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

bool wants_page(const http::Request& request) {
    return request.header("accept").find("text/html") != std::string_view::npos;
}

bool under(std::string_view path, std::string_view folder) {
    return path == folder || (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

// The page of the app that this address belongs to; empty for addresses of machines.
std::string_view app_of(std::string_view path) {
    if (under(path, "/m")) return "/m/index.html";
    if (under(path, "/api") || under(path, "/q")) return {};
    return "/index.html";
}

std::string_view policy_of(std::string_view path) {
    return path == "/swagger-ui" || path == "/redoc" || path == "/rapidoc" ? viewer_policy : app_policy;
}

}  // namespace

std::optional<http::Answer> Pages::answer(const http::Request& request) const {
    std::string path = request.path;
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    const auto* asset = assets_.find(path);
    if (!asset && (path == "/" || wants_page(request))) asset = assets_.find(app_of(path));
    if (!asset) return {};
    auto answer = http::answer_asset(*asset, request);
    if (asset->content_type.starts_with("text/html")) {
        answer.headers.emplace_back("Content-Security-Policy", policy_of(path));
        answer.headers.emplace_back("Permissions-Policy", "camera=(self), microphone=(), geolocation=(self)");
    }
    return answer;
}

}  // namespace yuanliu::app
