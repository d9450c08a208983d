// Which page answers which address: files of the web parts, and the two apps that read the rest of the address
// themselves.
#pragma once

#include <optional>

#include "platform/http/assets.hpp"

namespace yuanliu::app {

class Pages {
 public:
    // `assets` outlives the pages.
    explicit Pages(const http::AssetTable& assets) : assets_(assets) {}

    // The file of that path. Else, for a browser that asks for a page: the phone app under /m/, the console anywhere
    // outside of /api/ and /q/. Nothing: 404.
    std::optional<http::Answer> answer(const http::Request& request) const;

 private:
    const http::AssetTable& assets_;
};

}  // namespace yuanliu::app
