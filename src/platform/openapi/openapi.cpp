#include "platform/openapi/openapi.hpp"

#include <fmt/format.h>

#include <array>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "platform/openapi/schema.hpp"

namespace yuanliu {
namespace {

using Way = Schemas::Way;

// Statuses of refusals, each a component under this name. What a module may throw is not in a route's signature, so a
// route lists those that the way of its request can lead to.
constexpr std::array<std::pair<int, std::string_view>, 11> refusals{{{400, "Unreadable"},
                                                                     {401, "Unauthenticated"},
                                                                     {403, "Forbidden"},
                                                                     {404, "NotFound"},
                                                                     {409, "Conflict"},
                                                                     {412, "VersionDiffers"},
                                                                     {413, "TooLarge"},
                                                                     {415, "UnsupportedMedia"},
                                                                     {422, "Invalid"},
                                                                     {429, "TooManyRequests"},
                                                                     {503, "Busy"}}};

// Whether a Record can name a thing that may not exist.
bool names_something(const Record* record) {
    if (!record) return false;
    for (const auto& field : record->fields) {
        const Type& type = field.type->element ? *field.type->element : *field.type;
        if (type.kind == Kind::id || type.kind == Kind::code) return true;
        if (type.record && names_something(type.record())) return true;
    }
    return false;
}

class Document {
 public:
    Document(const Routes& routes, const Words& words, Locale locale)
        : routes_(routes), words_(words), locale_(locale), schemas_(words, locale), w_(out_) {
        for (const auto& route : routes_.all()) {
            if (route->answer) schemas_.use(*route->answer, Way::out);
            for (auto [shape, record] : route->data)
                if (record) schemas_.use(*record, Way::out);
            if (route->body) schemas_.use(*route->body, Way::in);
        }
        schemas_.name_all();
    }

    std::string write(std::string_view version) {
        w_.begin_object().key("openapi").string("3.1.0");
        info(version);
        w_.key("servers").begin_array().begin_object().key("url").string("/").end_object().end_array();
        tags();
        paths();
        components();
        w_.end_object();
        return std::move(out_);
    }

 private:
    std::string say(std::string_view key) const {
        const Word* word = words_.find(key);
        return word ? word->in(locale_) : std::string(key);
    }
    JsonWriter& text(std::string_view key, std::string_view word) { return w_.key(key).string(say(word)); }

    void info(std::string_view version) {
        w_.key("info").begin_object();
        text("title", "openapi.title").key("version").string(version);
        text("description", "openapi.description");
        w_.key("license").begin_object().key("name").string("MIT").key("identifier").string("MIT").end_object();
        w_.end_object();
    }

    void tags() {
        w_.key("tags").begin_array();
        std::set<std::string_view> seen;
        for (const auto& route : routes_.all()) {
            if (!seen.insert(route->module).second) continue;
            const Word* word = words_.find("module." + route->module);
            w_.begin_object().key("name").string(route->module);
            w_.key("description").string(word ? word->in(locale_) : route->module).end_object();
        }
        w_.end_array();
    }

    // Both forms of a path work; linters and generated clients prefer the one without a slash at its end.
    static std::string_view shown(std::string_view path) {
        while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
        return path;
    }

    // Paths in the order of the routes, each with all its methods.
    void paths() {
        w_.key("paths").begin_object();
        std::set<std::string_view> seen;
        for (const auto& first : routes_.all()) {
            if (!seen.insert(first->path).second) continue;
            w_.key(shown(first->path)).begin_object();
            for (const auto& route : routes_.all())
                if (route->path == first->path) operation(*route);
            w_.end_object();
        }
        w_.end_object();
    }

    void operation(const Route& r) {
        std::string method = r.method;
        for (char& c : method) c = char(c - 'A' + 'a');
        const Word* summary = words_.find("route." + r.name);
        w_.key(method).begin_object();
        w_.key("operationId").string(r.name);
        w_.key("tags").begin_array().string(r.module).end_array();
        w_.key("summary").string(summary ? summary->in(locale_) : r.summary);
        w_.key("description").string(access(r));
        security(r);
        parameters(r);
        if (r.body || r.multipart) request_body(r);
        w_.key("responses").begin_object();
        success(r);
        for (auto [status, name] : refusals)
            if (refuses(r, status))
                w_.key(std::to_string(status))
                    .begin_object()
                    .key("$ref")
                    .string(fmt::format("#/components/responses/{}", name))
                    .end_object();
        w_.end_object().end_object();
    }

    // Who may call.
    std::string access(const Route& r) const {
        if (r.permission == "public" || r.permission == "signed_in") return say("openapi.access." + r.permission);
        const Word* word = words_.find("permission." + r.permission);
        return fmt::format("{} `{}`{}", say("openapi.access.permission"), r.permission,
                           word ? (locale_ == Locale::zh ? "（" + word->zh + "）" : " (" + word->en + ")") : "");
    }

    void security(const Route& r) {
        w_.key("security").begin_array();
        // Public: nobody will do, but who shows a token or key acts as its owner.
        if (r.permission == "public" && !r.anonymous) w_.begin_object().end_object();
        if (!r.anonymous)
            for (std::string_view scheme : {"token", "api_key"})
                w_.begin_object().key(scheme).begin_array().end_array().end_object();
        w_.end_array();
    }

    bool versioned(const Route& r) const {
        if (r.kind == Route::Kind::read || (r.method != "PUT" && r.method != "DELETE")) return false;
        std::vector<std::string_view> values, allowed;
        const Route* view = routes_.match("GET", r.path, values, allowed);
        return view && view->path == r.path && view->kind == Route::Kind::read && view->shape == Route::Shape::object;
    }
    static bool repeatable(const Route& r) { return r.repeatable && r.shape != Route::Shape::content; }
    static bool cached(const Route& r) { return r.kind == Route::Kind::read && r.shape == Route::Shape::object; }

    void parameters(const Route& r) {
        w_.key("parameters").begin_array();
        for (const auto& [name, type] : r.parameters) parameter("path", name, *type, r.module, true);
        for (const Record* record : r.queries)
            for (const auto& field : record->fields)
                parameter("query", field.name, *field.type, record->name, !field.type->optional);
        for (auto [name, used] :
             {std::pair{"IdempotencyKey", repeatable(r)}, {"IfMatch", versioned(r)}, {"IfNoneMatch", cached(r)}})
            if (used)
                w_.begin_object().key("$ref").string(fmt::format("#/components/parameters/{}", name)).end_object();
        w_.end_array();
    }

    void parameter(std::string_view in, std::string_view name, const Type& type, std::string_view record,
                   bool required) {
        w_.begin_object().key("name").string(name).key("in").string(in).key("required").boolean(required);
        schemas_.describe(w_, type, record, name);
        w_.key("schema");
        schemas_.parameter(w_, type);
        if (auto example = schemas_.example(type, record, name); !example.empty()) w_.key("example").raw(example);
        w_.end_object();
    }

    void request_body(const Route& r) {
        w_.key("requestBody").begin_object().key("required").boolean(true).key("content").begin_object();
        w_.key(r.body ? "application/json" : "multipart/form-data").begin_object().key("schema").begin_object();
        if (r.body) {
            w_.key("$ref").string(schemas_.ref(*r.body, Way::in));
        } else {
            w_.key("type").string("object").key("properties").begin_object().key("file").begin_object();
            w_.key("type").string("string").key("format").string("binary");
            text("description", "openapi.file").end_object().end_object();
        }
        w_.end_object().end_object().end_object().end_object();
    }

    void success(const Route& r) {
        success(r, r.status);
        if (r.left_to_job) success(r, 202);
        if (!cached(r)) return;
        w_.key("304").begin_object();
        text("description", "openapi.answer.304").end_object();
    }

    void success(const Route& r, int status) {
        w_.key(std::to_string(status)).begin_object();
        text("description", fmt::format("openapi.answer.{}", status));
        if (r.shape == Route::Shape::object && r.method != "POST") {
            w_.key("headers").begin_object().key("ETag").begin_object().key("$ref").string("#/components/headers/ETag");
            w_.end_object().end_object();
        }
        w_.key("content").begin_object();
        if (r.shape == Route::Shape::content)
            content(r);
        else
            envelope({{r.shape, r.answer}});
        w_.end_object().end_object();
    }

    // "image/png, image/svg+xml" are two.
    void content(const Route& r) {
        std::string_view types = r.content_type;
        if (types.empty()) types = "application/octet-stream";
        while (!types.empty()) {
            auto one = types.substr(0, types.find(','));
            types.remove_prefix(std::min(types.size(), one.size() + 1));
            while (one.starts_with(' ')) one.remove_prefix(1);
            const bool json = one == "application/json";
            if (json && !r.data.empty()) {
                envelope(r.data);
                continue;
            }
            bool text = one.starts_with("text/");
            w_.key(one).begin_object().key("schema").begin_object().key("type").string(json ? "object" : "string");
            if (!json && !text) w_.key("format").string("binary");
            w_.end_object().end_object();
        }
    }

    using Answers = std::vector<std::pair<Route::Shape, const Record*>>;

    void envelope(const Answers& answers) {
        const bool page = answers[0].first == Route::Shape::page;
        w_.key("application/json").begin_object().key("schema").begin_object().key("type").string("object");
        w_.key("required").begin_array().string("status").string("data");
        if (page) w_.string("page");
        w_.end_array().key("properties").begin_object();
        w_.key("status").begin_object().key("type").string("string").key("const").string("success").end_object();
        w_.key("data");
        if (answers.size() == 1) {
            data(answers[0].first, answers[0].second);
        } else {
            w_.begin_object().key("oneOf").begin_array();
            for (auto [shape, record] : answers) data(shape, record);
            w_.end_array().end_object();
        }
        if (page) w_.key("page").begin_object().key("$ref").string("#/components/schemas/PageInfo").end_object();
        w_.end_object().end_object().end_object();
    }

    void data(Route::Shape shape, const Record* record) {
        w_.begin_object();
        if (shape == Route::Shape::nothing) {
            w_.key("type").string("null");
        } else if (shape == Route::Shape::object) {
            w_.key("$ref").string(schemas_.ref(*record, Way::out));
        } else {
            w_.key("type").string("array").key("items").begin_object();
            w_.key("$ref").string(schemas_.ref(*record, Way::out)).end_object();
        }
        w_.end_object();
    }

    bool refuses(const Route& r, int status) const {
        bool open = r.permission == "public", input = r.body || !r.queries.empty() || r.multipart;
        switch (status) {
            case 401: return !r.anonymous || r.limit == "login";  // the routes under that limit judge a secret
            case 403: return !open && r.permission != "signed_in";
            case 404:
                return !r.parameters.empty() || names_something(r.body) ||
                       std::any_of(r.queries.begin(), r.queries.end(), &names_something);
            case 409: return r.kind != Route::Kind::read;
            case 412: return versioned(r);
            case 413:
            case 415: return r.body || r.multipart;
            case 422: return input;
            default: return true;
        }
    }

    void components() {
        w_.key("components").begin_object();
        w_.key("securitySchemes").begin_object();
        w_.key("token")
            .begin_object()
            .key("type")
            .string("http")
            .key("scheme")
            .string("bearer")
            .key("bearerFormat")
            .string("JWT");
        text("description", "openapi.token").end_object();
        w_.key("api_key").begin_object().key("type").string("apiKey").key("in").string("header").key("name").string(
            "X-API-Key");
        text("description", "openapi.api_key").end_object();
        w_.end_object();

        w_.key("parameters").begin_object();
        header("IdempotencyKey", "Idempotency-Key", 255);
        header("IfMatch", "If-Match", 0);
        header("IfNoneMatch", "If-None-Match", 0);
        w_.end_object();
        w_.key("headers").begin_object().key("ETag").begin_object();
        text("description", "openapi.header.ETag");
        w_.key("schema").begin_object().key("type").string("string").end_object().end_object().end_object();

        w_.key("responses").begin_object();
        for (auto [status, name] : refusals) refusal(status, name);
        w_.end_object();
        w_.key("schemas").begin_object();
        error_schema();
        page_schema();
        schemas_.components(w_);
        w_.end_object().end_object();
    }

    void header(std::string_view component, std::string_view name, int length_max) {
        w_.key(component)
            .begin_object()
            .key("name")
            .string(name)
            .key("in")
            .string("header")
            .key("required")
            .boolean(false);
        text("description", fmt::format("openapi.header.{}", name));
        w_.key("schema").begin_object().key("type").string("string");
        if (length_max) w_.key("minLength").integer(1).key("maxLength").integer(length_max);
        w_.end_object().end_object();
    }

    void refusal(int status, std::string_view name) {
        w_.key(name).begin_object();
        text("description", fmt::format("openapi.answer.{}", status));
        if (status == 429 || status == 503) {
            w_.key("headers").begin_object().key("Retry-After").begin_object();
            text("description", "openapi.header.Retry-After");
            w_.key("schema").begin_object().key("type").string("integer").end_object().end_object().end_object();
        }
        w_.key("content").begin_object().key("application/json").begin_object().key("schema").begin_object();
        w_.key("$ref").string("#/components/schemas/Error").end_object().end_object().end_object().end_object();
    }

    JsonWriter& member(std::string_view name, std::string_view type, std::string_view word) {
        w_.key(name).begin_object().key("type").string(type);
        return text("description", word);
    }
    void required(std::initializer_list<std::string_view> names) {
        w_.key("required").begin_array();
        for (auto name : names) w_.string(name);
        w_.end_array();
    }

    void error_schema() {
        w_.key("Error").begin_object().key("type").string("object");
        required({"status", "error", "request_id"});
        w_.key("properties").begin_object();
        w_.key("status").begin_object().key("type").string("string").key("const").string("error").end_object();
        w_.key("error").begin_object().key("type").string("object");
        required({"code", "message", "fields"});
        w_.key("properties").begin_object();
        member("code", "string", "openapi.error.code")
            .key("examples")
            .begin_array()
            .string("not_found")
            .end_array()
            .end_object();
        member("message", "string", "openapi.error.message").end_object();
        member("fields", "array", "openapi.error.fields").key("items").begin_object().key("type").string("object");
        required({"field", "code", "message"});
        w_.key("properties").begin_object();
        member("field", "string", "openapi.error.field")
            .key("examples")
            .begin_array()
            .string("lines[2].price")
            .end_array()
            .end_object();
        member("code", "string", "openapi.error.code")
            .key("examples")
            .begin_array()
            .string("field.too_long")
            .end_array()
            .end_object();
        member("message", "string", "openapi.error.message").end_object();
        w_.end_object().end_object().end_object();  // items of fields
        w_.end_object().end_object();               // error
        member("request_id", "string", "openapi.error.request_id").end_object();
        w_.end_object().end_object();
    }

    void page_schema() {
        w_.key("PageInfo").begin_object().key("type").string("object");
        required({"page", "page_size", "total", "total_exact", "next"});
        w_.key("properties").begin_object();
        member("page", "integer", "openapi.page.page").end_object();
        member("page_size", "integer", "openapi.page.page_size").end_object();
        member("total", "integer", "openapi.page.total").key("format").string("int64").end_object();
        member("total_exact", "boolean", "openapi.page.total_exact").end_object();
        w_.key("next").begin_object().key("type").begin_array().string("string").string("null").end_array();
        text("description", "openapi.page.next").end_object();
        w_.end_object().end_object();
    }

    const Routes& routes_;
    const Words& words_;
    Locale locale_;
    Schemas schemas_;
    std::string out_;
    JsonWriter w_;
};

}  // namespace

std::string openapi_document(const Routes& routes, const Words& words, Locale locale, std::string_view version) {
    return Document(routes, words, locale).write(version);
}

OpenApi::OpenApi(const Routes& routes, const Words& words, std::string_view version) {
    auto edition = [&](Locale locale) {
        Edition out{std::make_shared<const std::string>(openapi_document(routes, words, locale, version)), {}};
        out.etag = "\"" + base64url_encode(view(sha256(*out.text))).substr(0, 16) + "\"";
        return out;
    };
    zh_ = edition(Locale::zh), en_ = edition(Locale::en);
}

http::Answer OpenApi::answer(const http::Request& request) const {
    const Edition& edition = request.query == "lang=en" ? en_ : zh_;
    http::Answer answer;
    answer.content_type = "application/json; charset=utf-8";
    answer.headers = {{"ETag", edition.etag}, {"Cache-Control", "no-cache"}};
    if (request.header("if-none-match").find(edition.etag) != std::string_view::npos)
        answer.status = 304;
    else
        answer.shared_body = edition.text;
    return answer;
}

}  // namespace yuanliu
