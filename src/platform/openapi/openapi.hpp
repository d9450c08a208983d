// The OpenAPI 3.1 description of every route, made from what the routes, the Records and the words already say.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "platform/http/http.hpp"
#include "platform/routes/routes.hpp"
#include "platform/words/words.hpp"

namespace yuanliu {

// The document as JSON without spaces, its texts in `locale`. The same routes and words give the same bytes. What has
// no word is called by its own name; the contract test refuses that.
std::string openapi_document(const Routes& routes, const Words& words, Locale locale, std::string_view version);

// The documents in both languages, made once. Immutable; thread-safe.
class OpenApi {
 public:
    OpenApi(const Routes& routes, const Words& words, std::string_view version);
    // The answer to GET /openapi.json: Chinese, or English for ?lang=en. 304 when the caller has it.
    http::Answer answer(const http::Request& request) const;

 private:
    struct Edition {
        std::shared_ptr<const std::string> text;
        std::string etag;
    };
    Edition zh_, en_;
};

}  // namespace yuanliu
