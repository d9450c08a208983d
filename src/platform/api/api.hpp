// The way of a request: route, limit, caller, permission, arguments, snapshot or transaction, verb, operation record,
// answer. No module sees a status, a header or a socket; no path skips a step.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "platform/api/idempotency.hpp"
#include "platform/api/rate_limits.hpp"
#include "platform/api/workers.hpp"
#include "platform/auth/identities.hpp"
#include "platform/http/http.hpp"
#include "platform/routes/routes.hpp"
#include "platform/words/words.hpp"

namespace yuanliu {

// HTTP status of each Fault: the only place that knows (docs/http-status.md).
int status_of(Fault fault);

struct ApiOptions {
    bool rate_limits = true;
    int workers = 4;
    std::size_t worker_queue = 128;
    int hashers = 2;  // of passwords, 30 ms and 19 MiB each
    std::size_t hasher_queue = 64;
    std::size_t watcher_queue = 16;
};

// What one finished request was, for metrics.
struct Finished {
    const Route* route;  // null: no route, or a fixed page
    int status;
    double seconds;  // to the microsecond, from the request being read to its answer being ready
};

class Api : public http::Handler {
 public:
    using Answered = std::function<void(http::Answer&&)>;
    using Fixed = std::function<http::Answer(const http::Request&)>;

    // All arguments outlive the Api.
    Api(const Routes& routes, Database& db, Identities& identities, const Words& words, Env& env, ApiOptions options);
    ~Api() override;

    // A path outside the routes (metrics, health, documentation), without a slash at its end, which callers may add;
    // GET and HEAD only. Before serving.
    void fixed(std::string path, Fixed handler) { fixed_[std::move(path)] = {std::move(handler), false}; }
    // The same for one that may block, on a thread that only those who watch over the program have: they are answered
    // when every other thread waits for something.
    void fixed_for_watchers(std::string path, Fixed handler) { fixed_[std::move(path)] = {std::move(handler), true}; }
    // Answers what no route and no fixed path knows (static files). Returns nothing for 404.
    void fallback(std::function<std::optional<http::Answer>(const http::Request&)> handler) {
        fallback_ = std::move(handler);
    }
    // The page to show instead of an error's JSON, where people and not programs ask; nothing: the JSON.
    using ErrorPage = std::function<std::optional<Content>(const http::Request&, const Actor&, const Error&)>;
    void error_page(ErrorPage page) { error_page_ = std::move(page); }
    // A path whose GET may become a WebSocket; a GET that does not ask for it is 426. Before serving.
    using Listen = std::function<std::shared_ptr<http::SocketEvents>(const http::Request&)>;
    void socket(std::string path, Listen listen) { sockets_[std::move(path)] = std::move(listen); }
    void on_finished(std::function<void(const Finished&)> watcher) { watcher_ = std::move(watcher); }

    // One request. `answered` is called exactly once, now or later, on any thread.
    void dispatch(http::Request&& request, Answered answered) noexcept;

    http::BodyRule body_rule(const http::Request& head) override;
    void admit(const http::Request& head, http::Reply reply) override;
    void handle(http::Request&& request, http::Reply reply) noexcept override;
    http::Welcome upgrade(const http::Request& request) override;
    http::Answer refuse(const http::Request& request, int status, std::string_view code) override;

 private:
    struct FixedPage {
        Fixed answer;
        bool may_block;
    };
    struct Exchange;
    struct Effect;
    struct Credentials;
    using Shared = std::shared_ptr<Exchange>;
    Shared exchange_of(http::Request&& request, Answered answered);
    void introduce(Exchange& x);
    void start(const Shared& x);
    void answer_fixed(const Shared& x, const FixedPage& page);
    void refuse_method(Exchange& x, std::string allowed);
    void run_read(const Shared& x);
    void answer_read(const Shared& x, bool identified);
    void run_write(const Shared& x);
    void run_transaction(const Shared& x);
    void run_work(const Shared& x);
    void within(Exchange& x, Tx& tx);
    bool before(Exchange& x, Tx& tx);
    void after(Exchange& x, Tx& tx);
    void take_key(Exchange& x);
    void check_version(Exchange& x, Rx& rx);
    int wait_of(std::string_view limit, const http::Request& request);
    Credentials credentials_of(const http::Request& request) const;
    std::optional<Error> refusal_of(const Route& route, const http::Request& head);
    void read_credentials(Exchange& x);
    void identify(Exchange& x, Rx& rx);
    void prepare(Exchange& x);
    void succeed(Exchange& x);
    void fail(Exchange& x, std::exception_ptr failure);
    void note_refusal(Exchange& x, const Error& error);
    http::Answer error_answer(const Error& error, Locale locale, std::string_view request_id) const;

    const Routes& routes_;
    Database& db_;
    Identities& identities_;
    const Words& words_;
    Env& env_;
    RateLimiter limiter_;
    Idempotency idempotency_;
    std::map<std::string, FixedPage, std::less<>> fixed_;
    std::map<std::string, Listen, std::less<>> sockets_;
    std::function<std::optional<http::Answer>(const http::Request&)> fallback_;
    ErrorPage error_page_;
    std::function<void(const Finished&)> watcher_;
    Workers workers_, hashers_, watchers_;  // last: their threads use the rest
};

}  // namespace yuanliu
