#include "platform/api/api.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <fstream>

#include "base/address.hpp"
#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "platform/audit/audit.hpp"
#include "platform/db/clock.hpp"
#include "platform/http/uri.hpp"

namespace yuanliu {

// Only for durations in the metrics, which the Env's milliseconds are too coarse for; nothing is decided by it.
static std::int64_t clock_us() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

// What a request shows of who asks: at most one of the two.
struct Api::Credentials {
    std::optional<Claims> claims;
    std::string_view key;
};

// One request on its way. Shared by whoever works on it next; never by two at once.
struct Api::Exchange {
    http::Request request;
    Answered answered;
    const Route* route = nullptr;
    Arguments arguments;
    Upload upload;
    Actor actor;
    std::optional<Claims> claims;
    std::string_view key;  // API key
    std::unique_ptr<PreparedVerb> verb;
    Result result;
    std::string idempotency_hash, body_hash;
    std::unique_ptr<Idempotency::Flight> flight;
    std::optional<StoredAnswer> replay;
    int status = 200;
    std::int64_t started_us = 0;
    Api* api = nullptr;

    void answer(http::Answer&& a) {
        if (api->watcher_) api->watcher_({route, a.status, double(clock_us() - started_us) / 1e6});
        flight.reset();
        std::exchange(answered, nullptr)(std::move(a));
    }
};

namespace {

// The largest body that is read before the database has been asked whether its sender may.
constexpr std::uint64_t body_bytes_unasked = 256 << 10;

// Ends a verb whose answer is stored already.
struct Replayed {};

}  // namespace

// What stands around the transaction of a verb on `Work`.
struct Api::Effect : Work::Around {
    Effect(Api& api, Exchange& x) : api(api), x(x) {}
    void before(Tx& tx) override {
        if (!api.before(x, tx)) throw Replayed();
    }
    void after(Tx& tx, Result&& answer) override {
        x.result = std::move(answer);
        api.after(x, tx);
    }
    Api& api;
    Exchange& x;
};

int status_of(Fault fault) {
    switch (fault) {
        case Fault::unreadable: return 400;
        case Fault::unauthenticated: return 401;
        case Fault::forbidden: return 403;
        case Fault::not_found: return 404;
        case Fault::bad_method: return 405;
        case Fault::timeout: return 408;
        case Fault::conflict: return 409;
        case Fault::precondition: return 412;
        case Fault::too_large: return 413;
        case Fault::unsupported: return 415;
        case Fault::invalid: return 422;
        case Fault::too_many: return 429;
        case Fault::internal: return 500;
        case Fault::busy: return 503;
        case Fault::no_space: return 507;
    }
    return 500;
}

namespace {

// The version of an object, for If-Match and If-None-Match.
std::string etag_of(std::string_view data) { return fmt::format("\"{:016x}\"", std::hash<std::string_view>{}(data)); }

bool etag_listed(std::string_view header, std::string_view etag) {
    return header == "*" || header.find(etag) != std::string_view::npos;
}

std::string envelope(const Result& result) {
    std::string out;
    out.reserve(result.data.size() + 160);
    JsonWriter w(out);
    w.begin_object().key("status").string("success").key("data").raw(result.data);
    if (result.page) {
        const auto& p = *result.page;
        w.key("page").begin_object();
        w.key("page").integer(p.page).key("page_size").integer(p.page_size);
        w.key("total").integer(p.total).key("total_exact").boolean(p.total_exact).key("next");
        p.next ? w.string(*p.next) : w.null();
        w.end_object();
    }
    w.end_object();
    return out;
}

http::Answer json_answer(int status, std::string body) {
    http::Answer answer;
    answer.status = status;
    answer.content_type = "application/json; charset=utf-8";
    answer.body = std::move(body);
    answer.headers.emplace_back("Cache-Control", "no-store");
    return answer;
}

// RFC 6266: the name in ASCII for old clients, and as it is (RFC 8187) for the rest.
std::string attachment(std::string_view name) {
    std::string plain, coded;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool token = std::isalnum(byte) != 0 || c == '.' || c == '-' || c == '_';
        coded += token ? std::string(1, c) : fmt::format("%{:02X}", byte);
        if (byte < 0x80) plain += token || c == ' ' ? c : '_';
    }
    if (plain == name) return fmt::format("attachment; filename=\"{}\"", plain);
    return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain, coded);
}

http::Answer content_answer(Content&& content, int status) {
    http::Answer answer;
    answer.status = status;
    answer.content_type = std::move(content.type);
    answer.body = std::move(content.bytes);
    answer.file = std::move(content.file);
    answer.headers = std::move(content.headers);
    if (!content.filename.empty()) answer.headers.emplace_back("Content-Disposition", attachment(content.filename));
    return answer;
}

bool has_header(const http::Answer& answer, std::string_view name) {
    return std::any_of(answer.headers.begin(), answer.headers.end(),
                       [&](auto& header) { return header.first == name; });
}

Error as_error(std::exception_ptr failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const Error& e) {
        return e;
    } catch (const std::bad_alloc&) {
        return busy("out of memory");
    } catch (const std::exception& e) {
        return internal(e.what());
    } catch (...) {
        return internal("something that is no exception was thrown");
    }
}

// What a key is bound to. Uploaded files count by their content.
std::string body_hash(const http::Request& request) {
    Sha256 hash;
    hash.add(request.path + "\n" + request.body);
    std::array<char, 64 << 10> piece;
    for (const auto& part : request.parts) {
        hash.add(fmt::format("\n{}\n{}\n{}\n", part.name, part.filename, part.value));
        if (part.path.empty()) continue;
        std::ifstream file(part.path, std::ios::binary);
        while (file.read(piece.data(), piece.size()), file.gcount() > 0)
            hash.add({piece.data(), std::size_t(file.gcount())});
        if (!file.eof()) throw internal("cannot read the upload " + part.path);
    }
    return base64url_encode(view(hash.digest()));
}

std::string_view without_slash(std::string_view path) {
    return path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

// The token of an Authorization header; nothing when it is of another scheme, whose names know no case (RFC 9110 11.1).
std::optional<std::string_view> bearer_token(std::string_view header) {
    constexpr std::string_view scheme = "bearer";
    if (lower_ascii(header.substr(0, scheme.size())) != scheme) return {};
    header.remove_prefix(scheme.size());
    if (!header.empty() && header.front() != ' ') return {};
    header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
    return header;
}

// A browser gets the page ready for somebody who may never look at it. Safari says Purpose, the others Sec-Purpose.
bool fetched_ahead(const http::Request& request) {
    return request.header("sec-purpose").starts_with("prefetch") || request.header("purpose") == "prefetch";
}

Upload upload_of(http::Request& request) {
    Upload upload;
    for (auto& part : request.parts) {
        if (part.path.empty())
            upload.fields.emplace_back(part.name, part.value);
        else
            upload.files.push_back({part.name, part.filename, part.content_type, part.path, part.size});
    }
    return upload;
}

}  // namespace

Api::Api(const Routes& routes, Database& db, Identities& identities, const Words& words, Env& env, ApiOptions options)
    : routes_(routes),
      db_(db),
      identities_(identities),
      words_(words),
      env_(env),
      limiter_(options.rate_limits),
      workers_(options.workers, options.worker_queue),
      hashers_(options.hashers, options.hasher_queue, 5),
      watchers_(1, options.watcher_queue) {}
Api::~Api() = default;

http::BodyRule Api::body_rule(const http::Request& head) {
    http::BodyRule rule;
    std::vector<std::string_view> values, allowed;
    const Route* route = routes_.match(head.method, head.path, values, allowed);
    rule.limit_bytes = route ? route->body_bytes_max : 64 << 10;
    rule.multipart = route && route->multipart;
    if (rule.multipart) rule.part_limit_bytes = rule.limit_bytes;
    if (!route) return rule;
    const bool costly = rule.multipart || rule.limit_bytes > body_bytes_unasked;
    rule.ask = costly && route->permission != "public";
    if (const auto refusal = refusal_of(*route, head)) {
        rule.instead = error_answer(*refusal, locale_of(head.header("accept-language")), head.id);
        if (watcher_) watcher_({route, rule.instead->status, 0});
    }
    return rule;
}

// What speaks against a request before its body and without the database.
std::optional<Error> Api::refusal_of(const Route& route, const http::Request& head) {
    try {
        if (int wait = wait_of(route.limit, head)) return too_many(wait);
        if (route.anonymous) return {};
        const auto shown = credentials_of(head);
        if (!shown.key.empty() && !identities_.can_be_key(shown.key)) return unauthenticated("token.revoked");
        if (route.permission != "public" && !shown.claims && shown.key.empty()) return unauthenticated();
        return {};
    } catch (const Error& error) {
        return error;
    }
}

// Whoever may not send a large body must not get it onto the disk or into memory first.
void Api::admit(const http::Request& head, http::Reply reply) {
    auto x = exchange_of(http::Request(head), [reply](http::Answer&& answer) { reply(std::move(answer)); });
    try {
        introduce(*x);
        std::vector<std::string_view> values, allowed;
        x->route = routes_.match(head.method, head.path, values, allowed);
        read_credentials(*x);
        db_.read_later([this, x](Rx& rx) { identify(*x, rx); },
                       [this, x, reply](std::exception_ptr failure) {
                           if (failure) return fail(*x, failure);
                           http::Answer come;
                           come.status = 100;
                           reply(std::move(come));
                       },
                       Freshness::latest);
    } catch (...) {
        fail(*x, std::current_exception());
    }
}

void Api::handle(http::Request&& request, http::Reply reply) noexcept {
    dispatch(std::move(request), [reply](http::Answer&& answer) { reply(std::move(answer)); });
}

http::Answer Api::refuse(const http::Request& request, int status, std::string_view code) {
    auto answer = error_answer(Error(Fault::unreadable, std::string(code)),
                               locale_of(request.header("accept-language")), request.id);
    answer.status = status;
    return answer;
}

http::Welcome Api::upgrade(const http::Request& request) {
    http::Welcome welcome;
    const auto found = sockets_.find(without_slash(request.path));
    if (found == sockets_.end()) return welcome;
    if (int wait = wait_of("", request))
        welcome.instead = error_answer(too_many(wait), locale_of(request.header("accept-language")), request.id);
    else
        welcome.events = found->second(request);
    return welcome;
}

Api::Shared Api::exchange_of(http::Request&& request, Answered answered) {
    auto x = std::make_shared<Exchange>();
    x->request = std::move(request);
    x->answered = std::move(answered);
    x->api = this;
    x->started_us = clock_us();
    return x;
}

void Api::dispatch(http::Request&& request, Answered answered) noexcept {
    const auto x = exchange_of(std::move(request), std::move(answered));
    try {
        start(x);
    } catch (...) {
        fail(*x, std::current_exception());
    }
}

void Api::refuse_method(Exchange& x, std::string allowed) {
    auto answer = error_answer(Error(Fault::bad_method, "method_not_allowed"), x.actor.locale, x.request.id);
    answer.headers.emplace_back("Allow", std::move(allowed));
    x.answer(std::move(answer));
}

// What the head tells of who asks, before it is known who that is.
void Api::introduce(Exchange& x) {
    const auto& request = x.request;
    x.actor.ip = request.remote_ip;
    x.actor.request_id = request.id;
    x.actor.user_agent = clip(request.header("user-agent"), 200);
    x.actor.locale = locale_of(request.header("accept-language"));
    x.actor.prefetch = request.method == "HEAD" || fetched_ahead(request);
}

void Api::start(const Shared& x) {
    auto& request = x->request;
    introduce(*x);
    bool reading = request.method == "GET" || request.method == "HEAD";
    if (auto found = fixed_.find(without_slash(request.path)); found != fixed_.end()) {
        if (reading) return answer_fixed(x, found->second);
        return refuse_method(*x, "GET, HEAD");
    }

    std::vector<std::string_view> allowed;
    x->route = routes_.match(request.method, request.path, x->arguments.path, allowed);
    if (!x->route && sockets_.contains(without_slash(request.path))) {
        if (!reading) return refuse_method(*x, "GET");
        auto answer = refuse(request, 426, "http.upgrade_required");
        answer.headers.emplace_back("Sec-WebSocket-Version", "13");
        return x->answer(std::move(answer));
    }
    if (!x->route) {
        if (reading && fallback_)
            if (auto answer = fallback_(request)) return x->answer(std::move(*answer));
        if (allowed.empty()) throw not_found("path_not_found");
        return refuse_method(*x, fmt::format("{}", fmt::join(allowed, ", ")));
    }
    // With a body it has paid already, before the body was read.
    if (int wait = request.ruled ? 0 : wait_of(x->route->limit, request)) throw too_many(wait);
    x->status = x->route->status;
    if (!x->route->anonymous) read_credentials(*x);
    switch (x->route->kind) {
        case Route::Kind::read: return run_read(x);
        case Route::Kind::write: return run_write(x);
        case Route::Kind::work: return run_work(x);
    }
}

void Api::answer_fixed(const Shared& x, const FixedPage& page) {
    if (!page.may_block) return x->answer(page.answer(x->request));
    const bool taken = watchers_.post([this, x, &page] {
        try {
            x->answer(page.answer(x->request));
        } catch (...) {
            fail(*x, std::current_exception());
        }
    });
    if (!taken) throw busy("the queue of those who watch is full");
}

// How many seconds the caller is to wait before this request; 0: none.
int Api::wait_of(std::string_view limit, const http::Request& request) {
    return limiter_.take(limit, line_of(request.remote_ip), env_.monotonic_ms());
}

// Throws unauthenticated for a token that is none of ours, or no longer good.
Api::Credentials Api::credentials_of(const http::Request& request) const {
    if (auto token = bearer_token(request.header("authorization")))
        return {identities_.token_key().verify(*token, "access", db_.parts().get<DatabaseClock>().now().ms / 1000), {}};
    return {{}, request.header("x-api-key")};
}

void Api::read_credentials(Exchange& x) {
    auto shown = credentials_of(x.request);
    x.claims = std::move(shown.claims);
    x.key = shown.key;
}

// Who asks, and whether he may. Bad credentials are refused on public routes, too: who shows some means to act as that
// person, and what he does must not be recorded as a stranger's.
void Api::identify(Exchange& x, Rx& rx) {
    std::optional<Actor> who;
    if (x.claims)
        who = identities_.of_session(rx, *x.claims);
    else if (!x.key.empty())
        who = identities_.of_key(rx, x.key);
    if (who) {
        who->ip = x.actor.ip, who->user_agent = x.actor.user_agent;
        who->request_id = x.actor.request_id, who->locale = x.actor.locale;
        who->prefetch = x.actor.prefetch;
        x.actor = std::move(*who);
    } else if (x.claims || !x.key.empty()) {
        throw unauthenticated("token.revoked");
    }
    x.actor.require(x.route->permission);
}

void Api::prepare(Exchange& x) {
    auto query = http::decode_query(x.request.query);
    if (!query) throw unreadable("http.bad_target");
    if (auto key = http::duplicate_key(*query)) throw unreadable("unreadable").with({{*key, "field.duplicate"}});
    x.arguments.query = std::move(*query);
    x.arguments.body = x.request.body;
    if (x.route->body) {
        auto type = x.request.header("content-type");
        if (!type.empty() && !lower_ascii(type).starts_with("application/json"))
            throw Error(Fault::unsupported, "http.unsupported_media");
        const auto& fields = x.route->body->fields;
        if (x.request.body.empty()) {
            if (!std::all_of(fields.begin(), fields.end(), [](auto& field) { return field.type->optional; }))
                throw unreadable("json.empty");
            x.arguments.body = "{}";
        }
    }
    if (x.route->multipart) x.upload = upload_of(x.request), x.arguments.upload = &x.upload;
    x.verb = x.route->prepare(x.arguments);
}

// Who asks is read where a log-in made a moment ago is known and one that was ended is not; the answer may come from a
// replica.
void Api::run_read(const Shared& x) {
    const bool apart = db_.replicated() && (x->claims || !x->key.empty());
    if (!apart) return answer_read(x, false);
    db_.read_later([this, x](Rx& rx) { identify(*x, rx); },
                   [this, x](std::exception_ptr failure) { failure ? fail(*x, failure) : answer_read(x, true); },
                   Freshness::latest);
}

void Api::answer_read(const Shared& x, bool identified) {
    db_.read_later(
        [this, x, identified](Rx& rx) {
            if (!identified) identify(*x, rx);
            prepare(*x);
            x->verb->run({.rx = &rx, .actor = &x->actor});
            x->result = x->verb->result();
        },
        [this, x](std::exception_ptr failure) { failure ? fail(*x, failure) : succeed(*x); });
}

void Api::run_write(const Shared& x) {
    if (!x->claims && x->key.empty()) {
        x->actor.require(x->route->permission);
        return run_transaction(x);
    }
    db_.read_later([this, x](Rx& rx) { identify(*x, rx); },
                   [this, x](std::exception_ptr failure) {
                       if (failure) return fail(*x, failure);
                       try {
                           run_transaction(x);
                       } catch (...) {
                           fail(*x, std::current_exception());
                       }
                   },
                   Freshness::latest);
}

// The key of a request that its caller may send again.
void Api::take_key(Exchange& x) {
    auto key = x.request.header("idempotency-key");
    if (key.empty() || !x.route->repeatable) return;
    if (key.size() > Idempotency::key_bytes_max) throw unreadable("idempotency.key_too_long", {{"max", "255"}});
    x.idempotency_hash = Idempotency::hash_of(x.actor.user_id, x.actor.ip, x.route->name, key);
    x.body_hash = body_hash(x.request);
    x.flight = std::make_unique<Idempotency::Flight>(idempotency_, x.idempotency_hash);
    if (!x.flight->held()) throw conflict("idempotency.in_flight");
}

void Api::run_transaction(const Shared& x) {
    prepare(*x);
    take_key(*x);
    db_.write_later([this, x](Tx& tx) { within(*x, tx); },
                    [this, x](std::exception_ptr failure) { failure ? fail(*x, failure) : succeed(*x); });
}

// Everything of a write that is one transaction. May run again, so it sets what it leaves in `x` and adds nothing.
void Api::within(Exchange& x, Tx& tx) {
    if (!before(x, tx)) return;
    x.verb->run({.tx = &tx, .actor = &x.actor});
    x.result = x.verb->result();
    const bool later = x.route->left_to_job && x.route->left_to_job(x.verb->answer());
    x.status = later ? 202 : x.route->status;
    after(x, tx);
}

// False: it has been done already, and `x.replay` is its answer.
bool Api::before(Exchange& x, Tx& tx) {
    x.replay.reset();
    if (!x.idempotency_hash.empty()) x.replay = Idempotency::find(tx, x.idempotency_hash, x.body_hash);
    if (x.replay) return false;
    check_version(x, tx);
    return true;
}

void Api::after(Exchange& x, Tx& tx) {
    if (x.route->audited) audit::record(tx, x.actor, x.route->name);
    if (x.idempotency_hash.empty() || x.result.content) return;
    Idempotency::store(tx, x.idempotency_hash, x.body_hash,
                       x.route->secret ? StoredAnswer{} : StoredAnswer{x.status, envelope(x.result)});
}

// If-Match: the caller changes what he has seen, or nothing. The version is that of the path's own GET.
void Api::check_version(Exchange& x, Rx& rx) {
    auto wanted = x.request.header("if-match");
    if (wanted.empty() || (x.request.method != "PUT" && x.request.method != "DELETE")) return;
    std::vector<std::string_view> allowed;
    Arguments arguments;
    const Route* view = routes_.match("GET", x.request.path, arguments.path, allowed);
    if (!view || view->kind != Route::Kind::read || view->shape != Route::Shape::object) return;
    auto verb = view->prepare(arguments);
    verb->run({.rx = &rx, .actor = &x.actor});
    if (!etag_listed(wanted, etag_of(verb->result().data))) throw Error(Fault::precondition, "version_differs");
}

void Api::run_work(const Shared& x) {
    auto& pool = x->route->hashes ? hashers_ : workers_;
    const bool taken = pool.post([this, x] {
        std::exception_ptr failure;
        try {
            db_.read([&](Rx& rx) { identify(*x, rx); }, Freshness::latest);
            prepare(*x);
            take_key(*x);
            Effect around(*this, *x);
            Work work(db_, &around);
            x->verb->run({.work = &work, .actor = &x->actor});
            x->result = x->verb->result();
        } catch (const Replayed&) {
        } catch (...) {
            failure = std::current_exception();
        }
        failure ? fail(*x, failure) : succeed(*x);
    });
    if (taken) return;
    if (x->route->hashes) throw too_many(1);
    throw busy("the worker queue is full");
}

void Api::succeed(Exchange& x) {
    if (x.replay) {
        if (x.replay->status == 0) return fail(x, std::make_exception_ptr(conflict("idempotency.told_once")));
        auto answer = json_answer(x.replay->status, std::move(x.replay->body));
        answer.headers.emplace_back("Idempotent-Replay", "true");
        return x.answer(std::move(answer));
    }
    if (x.result.content) {
        auto shown = content_answer(std::move(*x.result.content), x.status);
        // What is for some must not be kept where others may find it.
        if (x.route->permission != "public" && !has_header(shown, "Cache-Control"))
            shown.headers.emplace_back("Cache-Control", "no-store");
        return x.answer(std::move(shown));
    }
    http::Answer answer;
    if (x.route->shape == Route::Shape::object && x.request.method != "POST") {
        auto etag = etag_of(x.result.data);
        if (x.route->kind == Route::Kind::read && etag_listed(x.request.header("if-none-match"), etag))
            answer.status = 304;
        else
            answer = json_answer(x.status, envelope(x.result));
        answer.headers.emplace_back("ETag", etag);
    } else {
        answer = json_answer(x.status, envelope(x.result));
    }
    x.answer(std::move(answer));
}

void Api::fail(Exchange& x, std::exception_ptr failure) {
    Error error = as_error(failure);
    if (error.fault == Fault::internal)
        spdlog::error("[{}] {} {}: {}", x.request.id, x.request.method, x.request.path, error.what());
    else if (!error.log_text.empty())
        spdlog::warn("[{}] {} {}: {}: {}", x.request.id, x.request.method, x.request.path, error.code, error.log_text);
    if (error.fault == Fault::forbidden && x.route) note_refusal(x, error);
    auto answer = error_answer(error, x.actor.locale, x.request.id);
    if (auto page = error_page_ ? error_page_(x.request, x.actor, error) : std::nullopt) {
        auto shown = content_answer(std::move(*page), answer.status);
        for (auto& [name, value] : answer.headers)
            if (name == "Retry-After") shown.headers.emplace_back(name, value);
        answer = std::move(shown);
    }
    x.answer(std::move(answer));
}

// Refused access is a fact too. At most a few a second: somebody who knocks on every door must not fill the disk.
void Api::note_refusal(Exchange& x, const Error& error) {
    if (limiter_.take("code", "refusals", env_.monotonic_ms())) return;
    db_.write_later([actor = x.actor, action = x.route->name,
                     code = error.code](Tx& tx) { audit::refusal(tx, actor, action, code); },
                    [](std::exception_ptr) {});
}

http::Answer Api::error_answer(const Error& error, Locale locale, std::string_view request_id) const {
    std::string out;
    JsonWriter w(out);
    w.begin_object().key("status").string("error").key("error").begin_object();
    w.key("code").string(error.code).key("message").string(words_.message(locale, error.code, error.args));
    w.key("fields").begin_array();
    for (const auto& field : error.fields) {
        w.begin_object().key("field").string(field.field).key("code").string(field.code);
        w.key("message").string(words_.message(locale, field.code, field.args)).end_object();
    }
    w.end_array().end_object().key("request_id").string(request_id).end_object();
    auto answer = json_answer(status_of(error.fault), std::move(out));
    if (error.retry_after_s > 0) answer.headers.emplace_back("Retry-After", std::to_string(error.retry_after_s));
    if (error.fault == Fault::unauthenticated) answer.headers.emplace_back("WWW-Authenticate", "Bearer");
    return answer;
}

}  // namespace yuanliu
