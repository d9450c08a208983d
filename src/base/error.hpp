// A refusal: what went wrong in words a caller can act on. Thrown by rules, turned into an answer at the edge.
#pragma once

#include <cstdint>
#include <exception>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yuanliu {

// The kinds of refusal. The edge maps each to one HTTP status (docs/http-status.md); nothing below it knows a status.
enum class Fault : std::uint8_t {
    unreadable,       // 400: the bytes are not what the route reads (bad JSON, unknown field, wrong type)
    unauthenticated,  // 401: nobody, or a token that no longer counts
    forbidden,        // 403: known, but not allowed
    not_found,        // 404: no such thing, or none that this caller may know of
    bad_method,       // 405
    timeout,          // 408
    conflict,         // 409: the state of things forbids it now
    precondition,     // 412: If-Match names another version
    too_large,        // 413
    unsupported,      // 415
    invalid,          // 422: readable, but a value breaks a rule
    too_many,         // 429: a limit of requests
    internal,         // 500: our fault; the text goes to the log only
    busy,             // 503: try again after a moment
    no_space,         // 507: the disk is full
};

// One bad field. `field` is a path such as `lines[2].price`; `code` is the key of its message (field.too_long …).
struct FieldProblem {
    std::string field;
    std::string code;
    std::vector<std::pair<std::string, std::string>> args = {};
};

// A typed refusal. `code` is the stable key that callers and the message catalogue know (`units.already_activated`);
// `args` fill the named holes of the message; `log_text` is for the operator and never leaves the server.
class Error : public std::exception {
 public:
    using Args = std::vector<std::pair<std::string, std::string>>;

    Error(Fault fault, std::string code, Args args = {}) : fault(fault), code(std::move(code)), args(std::move(args)) {}

    // Adds the operator's side of the story.
    Error&& log(std::string text) && {
        log_text = std::move(text);
        return std::move(*this);
    }
    Error&& with(std::vector<FieldProblem> problems) && {
        fields = std::move(problems);
        return std::move(*this);
    }
    Error&& retry_after(int seconds) && {
        retry_after_s = seconds;
        return std::move(*this);
    }
    const char* what() const noexcept override { return log_text.empty() ? code.c_str() : log_text.c_str(); }

    Fault fault;
    std::string code;
    Args args;
    std::vector<FieldProblem> fields = {};
    std::string log_text = {};
    int retry_after_s = 0;  // 0: the caller is told nothing
};

inline Error unreadable(std::string code, Error::Args args = {}) {
    return {Fault::unreadable, std::move(code), std::move(args)};
}
inline Error invalid(std::string code, Error::Args args = {}) {
    return {Fault::invalid, std::move(code), std::move(args)};
}
// One bad field found by a rule (a duplicate name, an unknown reference).
inline Error invalid_field(std::string field, std::string code, Error::Args args = {}) {
    return Error(Fault::invalid, "invalid").with({{std::move(field), std::move(code), std::move(args)}});
}
inline Error not_found(std::string code = "not_found", Error::Args args = {}) {
    return {Fault::not_found, std::move(code), std::move(args)};
}
inline Error conflict(std::string code, Error::Args args = {}) {
    return {Fault::conflict, std::move(code), std::move(args)};
}
inline Error forbidden(std::string code = "forbidden") { return {Fault::forbidden, std::move(code)}; }
inline Error unauthenticated(std::string code = "unauthenticated") { return {Fault::unauthenticated, std::move(code)}; }
inline Error too_many(int retry_after_s, std::string code = "too_many_requests") {
    return Error(Fault::too_many, std::move(code)).retry_after(retry_after_s);
}
inline Error busy(std::string log_text = {}) {
    return Error(Fault::busy, "busy").log(std::move(log_text)).retry_after(1);
}
inline Error internal(std::string log_text) { return Error(Fault::internal, "internal").log(std::move(log_text)); }

}  // namespace yuanliu
