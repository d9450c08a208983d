// Who is connected now, and what they are told without asking.
//
// News is never kept here: it is rows. While somebody is connected, a thread looks every Options::look_ms at what has
// changed (one snapshot for everybody) and tells those whom it concerns; wake() after a commit makes it look at once.
// So it makes no difference which instance changed a row and which one holds the client, no database has to be asked to
// notify anybody (PostgreSQL's NOTIFY takes a lock of the whole database at commit), and a message that is lost with a
// connection costs nothing: what a client must know it is told again when it comes back.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "platform/auth/identities.hpp"

namespace yuanliu::live {

// JSON for a client, in its language.
struct Message {
    std::shared_ptr<const std::string> zh, en;
    explicit Message(std::string both) : zh(std::make_shared<const std::string>(std::move(both))), en(zh) {}
    Message(std::string zh, std::string en)
        : zh(std::make_shared<const std::string>(std::move(zh))),
          en(std::make_shared<const std::string>(std::move(en))) {}
    const std::shared_ptr<const std::string>& in(Locale locale) const { return locale == Locale::zh ? zh : en; }
};

// Why a client is hung up on.
enum Goodbye : std::uint16_t {
    bad_message = 4400,
    not_signed_in = 4401,  // no token in time, one that does not count, or no longer
    too_many = 4429,       // connections of one account
};

// The edge's end of one client. Any thread; neither call blocks nor calls back.
class Line {
 public:
    virtual ~Line() = default;
    virtual void send(const std::shared_ptr<const std::string>& text) = 0;
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
};

// The users who are connected, in order.
class Audience {
 public:
    explicit Audience(std::vector<std::int64_t> users) : users_(std::move(users)) {}
    bool has(std::int64_t user) const { return std::binary_search(users_.begin(), users_.end(), user); }
    const std::vector<std::int64_t>& users() const { return users_; }

 private:
    std::vector<std::int64_t> users_;
};

class Outbox {
 public:
    void to(std::int64_t user, Message message) { letters_.emplace_back(user, std::move(message)); }
    const std::vector<std::pair<std::int64_t, Message>>& letters() const { return letters_; }

 private:
    std::vector<std::pair<std::int64_t, Message>> letters_;
};

// Something that people are told about. Called on the Hub's thread only.
class Source {
 public:
    virtual ~Source() = default;
    // What a client of `user` must know that has just come.
    virtual void greet(Rx& rx, std::int64_t user, Outbox& out) = 0;
    // What has changed since the last look. `afresh`: nobody has looked for a while; what happened meanwhile is told
    // by greet().
    virtual void look(Rx& rx, const Audience& audience, bool afresh, Outbox& out) = 0;
};

struct Options {
    std::int64_t look_ms = 500;      // between two looks, while somebody is connected
    std::int64_t soon_ms = 50;       // woken: not sooner than this after the last look
    std::int64_t hello_ms = 5'000;   // a client has so long to say who it is
    std::int64_t check_ms = 4'000;   // whether a client's log-in still counts
    std::int64_t renew_ms = 30'000;  // before a token ends its client is asked for the next one
    std::int64_t ping_ms = 25'000;   // a word now and then, so that scripts can tell a dead line
    std::size_t per_user = 32;       // clients of one account
};

// A part of the Database. Thread-safe.
class Hub {
 public:
    explicit Hub(Options options = {}) : options_(options) {}
    ~Hub() { stop(); }
    Hub(const Hub&) = delete;

    // Before start(); the source outlives the Hub.
    void add(Source& source) { sources_.push_back(&source); }
    // `identities` must outlive stop().
    void start(Database& db, Identities& identities);
    // Clients stay, but are told nothing more. Idempotent.
    void stop();
    // Something was committed that somebody may want to know. Cheap; any thread.
    void wake();

    // ---- for the edge ----

    using ClientId = std::uint64_t;
    // Somebody who has not yet said who he is. After start().
    ClientId connect(std::shared_ptr<Line> line);
    // The claims of a verified access token; the rows decide whether they still count. Again later: the next token of
    // the same person.
    void introduce(ClientId client, const Claims& claims, Locale locale);
    void leave(ClientId client);

    std::size_t clients() const;

 private:
    struct Client {
        std::shared_ptr<Line> line;
        std::optional<Claims> claims;
        std::int64_t user = 0;  // 0: not known yet
        Locale locale = Locale::zh;
        std::int64_t since_ms = 0, checked_ms = 0, told_ms = 0;
        bool introduced = false;  // claims wait for their check
        bool renewal_asked = false;
    };
    struct Check {
        ClientId client;
        Claims claims;
        bool fresh;  // just introduced
        std::optional<Actor> actor = {};
    };

    void loop();
    bool wait();
    void round();
    void greet(Rx& rx);
    // Under the lock, all of these.
    void tend(std::int64_t now_ms, std::int64_t now_s);
    std::vector<Check> due_checks(std::int64_t now_ms);
    void apply(const std::vector<Check>& checks, std::int64_t now_ms);
    Audience audience() const;
    void send(Client& client, const Message& message);
    void deliver(const Outbox& out);
    void dismiss(ClientId client, std::uint16_t code, std::string_view reason);
    void forget(std::map<ClientId, Client>::iterator client);

    const Options options_;
    std::vector<Source*> sources_;
    Database* db_ = nullptr;
    Identities* identities_ = nullptr;
    Env* env_ = nullptr;

    mutable std::mutex mutex_;
    std::condition_variable bell_;
    std::map<ClientId, Client> clients_;
    std::unordered_map<std::int64_t, std::vector<ClientId>> by_user_;
    ClientId next_ = 1;
    bool woken_ = false, stopping_ = false;
    // The Hub's thread only.
    bool afresh_ = true;                                       // nobody has looked for a while
    std::vector<std::pair<ClientId, std::int64_t>> to_greet_;  // with their users
    std::thread thread_;
};

}  // namespace yuanliu::live
