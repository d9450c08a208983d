// Files built into the binary, served with validators and in their pre-compressed forms.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "platform/http/http.hpp"

namespace yuanliu::http {

// All views live as long as the program. Empty `gzip` or `brotli`: no such form.
struct Asset {
    std::string_view path;  // as in Request::path: "/assets/app-1f3c.js"
    std::string_view content_type;
    std::string_view etag;  // of the raw form; the quotes may be missing
    std::string_view raw;
    std::string_view gzip;
    std::string_view brotli;
    bool immutable = false;  // the path changes with the content: cache for ever
};

class AssetTable {
 public:
    explicit AssetTable(std::span<const Asset> assets);
    ~AssetTable();
    const Asset* find(std::string_view path) const;  // null: no such asset

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The answer to a GET or HEAD of that asset: 304 when the client holds it, else its smallest form that the client
// accepts. The caller refuses other methods.
Answer answer_asset(const Asset& asset, const Request& request);

}  // namespace yuanliu::http
