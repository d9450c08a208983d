// What a module says about its paths. One line a route:
//
//     r.post("/api/products/activate/", "units.activate", &activate, "Activate a unit");
//
// The verb's signature is the contract. Its first parameter picks the access: `Rx&` a snapshot, `Tx&` a transaction,
// `const Work&` a worker thread that may block before the one transaction of its effect, `Database&` one that opens
// its own. Then, in any order: `const Actor&`; described structs, read from the body (POST, PUT) or from the query
// (GET, DELETE, and where the body is files); `const Upload&`; and, for each {name} of the path in order, a value such
// as Id<Unit>. What it returns is the answer: a described struct, a vector or Page of them, nothing, or a Content
// (bytes or a file that is not JSON).
#pragma once

#include <functional>
#include <tuple>

#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"
#include "platform/routes/page.hpp"

namespace yuanliu {

// An answer that is not JSON.
struct Content {
    std::string type = "application/octet-stream";
    std::string bytes;
    std::string file;      // path of a file to stream instead of `bytes`
    std::string filename;  // set: the browser saves it under this name
    std::vector<std::pair<std::string, std::string>> headers;
};

// Files of a multipart body, on disk until the verb returns.
struct Upload {
    struct File {
        std::string field, filename, content_type, path;
        std::uint64_t size;
    };
    std::vector<File> files;
    std::vector<std::pair<std::string, std::string>> fields;
};

// The raw parts of a request that a verb's arguments are read from.
struct Arguments {
    std::vector<std::string_view> path;  // one for each {name}
    std::vector<std::pair<std::string, std::string>> query;
    std::string_view body;
    const Upload* upload = nullptr;
};

// The JSON after "data", or a Content.
struct Result {
    std::string data;
    std::optional<PageInfo> page;
    std::optional<Content> content;
};

// For a verb that blocks (hashes a password, stores a file) before it writes. `write` is the transaction of its effect:
// it returns the verb's answer, and within it the edge minds repeats, versions, the operation record and the stored
// answer, just as for a verb on `Tx&`.
class Work {
 public:
    struct Around {
        virtual ~Around() = default;
        virtual void before(Tx& tx) = 0;
        virtual void after(Tx& tx, Result&& answer) = 0;
    };
    // Without `around`: called by other code than the edge.
    Work(Database& database, Around* around = nullptr) : database_(database), around_(around) {}
    Database& database() const { return database_; }
    // At most once a request. The effect may run again, as in Database::write.
    template <class Effect>
    auto write(Effect&& effect) const -> std::invoke_result_t<Effect&, Tx&>;

 private:
    Database& database_;
    Around* around_;
};

// What the edge hands to a verb: exactly one of rx, tx and work.
struct Access {
    Rx* rx = nullptr;
    Tx* tx = nullptr;
    const Work* work = nullptr;
    const Actor* actor = nullptr;
};

// A verb with its arguments decoded, ready to run (again, should the transaction be retried).
class PreparedVerb {
 public:
    virtual ~PreparedVerb() = default;
    virtual void run(const Access& access) = 0;
    virtual Result result() = 0;  // of the last run
    // What the verb returned in the last run; null: nothing.
    virtual const void* answer() const = 0;
};

struct Route {
    enum class Kind { read, write, work };
    enum class Shape { nothing, object, list, page, content };

    std::string module, method, path;  // path with {names}, always with a trailing slash under /api/
    std::string permission;            // "public", "signed_in", or a declared permission
    std::string name;                  // operation id and action of the operation record: "units.activate"
    std::string summary;
    Kind kind = Kind::read;
    Shape shape = Shape::nothing;
    const Record* answer = nullptr;
    std::string content_type;                                     // of a Content, for OpenAPI
    std::vector<std::pair<Shape, const Record*>> data;            // of a Content, what its JSON has: one of these
    std::vector<std::pair<std::string, const Type*>> parameters;  // of the path
    std::vector<const Record*> queries;
    const Record* body = nullptr;
    bool multipart = false;
    int status = 200;
    std::uint64_t body_bytes_max = 256 << 10;
    std::string limit;  // name of a rate limit, see api/rate_limits.hpp; empty: the general one
    bool audited = true;
    bool repeatable = false;  // honours Idempotency-Key
    bool secret = false;      // the answer is told once: a repeat is recognised, but not answered again
    bool hashes = false;      // a Work verb that hashes a password: slow on purpose, so such have threads of their own
    bool anonymous = false;   // whoever asks counts as nobody; a token or key sent along is not looked at
    std::function<bool(const void* answer)> left_to_job;
    std::function<std::unique_ptr<PreparedVerb>(const Arguments&)> prepare;

    // Refinements, chained after the route's line.
    Route& created() { return status = 201, *this; }
    Route& accepted() { return status = 202, *this; }
    // 202 instead of the route's status when the answer, of the verb's own type, says that a job does the rest.
    template <class R>
    Route& accepted_when(bool (*says)(const R&)) {
        left_to_job = [says](const void* answer) { return says(*static_cast<const R*>(answer)); };
        return *this;
    }
    Route& body_limit(std::uint64_t bytes) { return body_bytes_max = bytes, *this; }
    Route& rate_limit(std::string name_of_limit) { return limit = std::move(name_of_limit), *this; }
    Route& answers(std::string type) { return content_type = std::move(type), *this; }
    template <class... T>
    Route& data_of();
    Route& unaudited() { return audited = false, *this; }
    Route& hashes_password() { return hashes = true, *this; }
    Route& told_once() { return secret = true, *this; }
    // For those who cannot sign in yet, or no longer: an old token sent along must not keep them out.
    Route& as_nobody() { return anonymous = true, *this; }
};

// A right, and which built-in roles have it from the start. Administrators have every right.
struct Permission {
    std::string name;  // "units.ship"
    std::vector<UserType> granted;
};

class Routes {
 public:
    Routes();
    ~Routes();
    Routes(const Routes&) = delete;
    Routes(Routes&&) noexcept;

    // Names the module whose routes follow.
    Routes& module(std::string name) { return module_ = std::move(name), *this; }

    template <class R, class... A>
    Route& get(std::string path, std::string permission, R (*verb)(A...), std::string summary) {
        return add("GET", std::move(path), std::move(permission), verb, std::move(summary));
    }
    template <class R, class... A>
    Route& post(std::string path, std::string permission, R (*verb)(A...), std::string summary) {
        return add("POST", std::move(path), std::move(permission), verb, std::move(summary));
    }
    template <class R, class... A>
    Route& put(std::string path, std::string permission, R (*verb)(A...), std::string summary) {
        return add("PUT", std::move(path), std::move(permission), verb, std::move(summary));
    }
    template <class R, class... A>
    Route& del(std::string path, std::string permission, R (*verb)(A...), std::string summary) {
        return add("DELETE", std::move(path), std::move(permission), verb, std::move(summary));
    }
    // Another spelling of a route's path, with the same values. It is in no list and no description.
    void also(std::string_view path, const Route& route) { grow(path, route); }
    void permission(std::string name, std::vector<UserType> granted) {
        permissions_.push_back({std::move(name), std::move(granted)});
    }

    const std::vector<std::unique_ptr<Route>>& all() const { return routes_; }
    const std::vector<Permission>& permissions() const { return permissions_; }

    // Finds the route, tolerating a missing or an extra trailing slash; fills `path_values`. `allowed` gets the methods
    // the path does have when this is not one of them.
    const Route* match(std::string_view method, std::string_view path, std::vector<std::string_view>& path_values,
                       std::vector<std::string_view>& allowed) const;

    // Throws internal for what a programmer must mend: a permission nobody declared, two routes of one path and method,
    // a name used twice, a route as_nobody() that is not public, a password hashed on an I/O thread. Called at start.
    void check() const;

 private:
    template <class R, class... A>
    Route& add(std::string method, std::string path, std::string permission, R (*verb)(A...), std::string summary);
    Route& put_in(std::unique_ptr<Route> route);
    void grow(std::string_view path, const Route& route);

    struct Node;
    struct Walk;
    std::string module_;
    std::vector<std::unique_ptr<Route>> routes_;
    std::vector<Permission> permissions_;
    std::unique_ptr<Node> tree_;
};

namespace detail {

template <class T>
using Bare = std::remove_cvref_t<T>;
template <class T>
constexpr bool is_access =
    std::same_as<T, Rx> || std::same_as<T, Tx> || std::same_as<T, Work> || std::same_as<T, Database>;
template <class T>
constexpr bool is_path_value = !is_access<T> && !std::same_as<T, Actor> && !std::same_as<T, Upload> && !Described<T>;

template <class T>
struct ResultOf {
    static constexpr Route::Shape shape = Route::Shape::object;
    static const Record* record() { return &record_of<T>(); }
    static Result make(const T& value) { return {to_json(value), {}, {}}; }
};
template <>
struct ResultOf<Content> {
    static constexpr Route::Shape shape = Route::Shape::content;
    static const Record* record() { return nullptr; }
    static Result make(Content& value) { return {{}, {}, std::move(value)}; }
};
template <class T>
std::string list_json(const std::vector<T>& items) {
    std::string out;
    out.reserve(items.size() * 256 + 2);
    JsonWriter w(out);
    w.begin_array();
    for (const auto& item : items) type_of<T>().write(&item, w);
    w.end_array();
    return out;
}
template <class T>
struct ResultOf<std::vector<T>> {
    static constexpr Route::Shape shape = Route::Shape::list;
    static const Record* record() { return &record_of<T>(); }
    static Result make(const std::vector<T>& items) { return {list_json(items), {}, {}}; }
};
template <class T>
struct ResultOf<Page<T>> {
    static constexpr Route::Shape shape = Route::Shape::page;
    static const Record* record() { return &record_of<T>(); }
    static Result make(const Page<T>& page) { return {list_json(page.items), page.info, {}}; }
};

void read_path_value(const Type& type, void* value, std::string_view text);
void read_query(std::span<const std::pair<const Record*, void*>> targets, const Arguments& arguments);

template <class R, class... A>
class Verb : public PreparedVerb {
 public:
    using Values = std::tuple<Bare<A>...>;

    Verb(R (*verb)(A...), const Arguments& arguments, bool body_is_json) : verb_(verb) {
        std::size_t next = 0;
        std::vector<std::pair<const Record*, void*>> from_query;
        boost::mp11::mp_for_each<boost::mp11::mp_iota_c<sizeof...(A)>>([&](auto i) {
            using T = Bare<std::tuple_element_t<i, std::tuple<A...>>>;
            auto& slot = std::get<i>(slots_);
            if constexpr (is_path_value<T>)
                read_path_value(type_of<T>(), &slot, arguments.path.at(next++));
            else if constexpr (std::same_as<T, Upload>)
                slot = *arguments.upload;
            else if constexpr (Described<T>) {
                if (body_is_json)
                    decode(record_of<T>(), &slot, arguments.body);
                else
                    from_query.emplace_back(&record_of<T>(), &slot);
            }
        });
        if (!body_is_json) read_query(from_query, arguments);
    }

    void run(const Access& access) override {
        auto call = [&]<std::size_t... I>(std::index_sequence<I...>)->R { return verb_(argument<I>(access)...); };
        if constexpr (std::is_void_v<R>)
            call(std::index_sequence_for<A...>{});
        else
            result_.emplace(call(std::index_sequence_for<A...>{}));
    }
    const void* answer() const override {
        if constexpr (std::is_void_v<R>)
            return nullptr;
        else
            return &*result_;
    }
    Result result() override {
        if constexpr (std::is_void_v<R>)
            return {"null", {}, {}};
        else
            return ResultOf<R>::make(*result_);
    }

 private:
    // Nothing is kept for what the edge provides.
    template <class T>
    using Slot = std::conditional_t<is_access<T> || std::same_as<T, Actor>, char, T>;

    template <std::size_t I>
    decltype(auto) argument(const Access& access) {
        using T = Bare<std::tuple_element_t<I, std::tuple<A...>>>;
        if constexpr (std::same_as<T, Rx>)
            return static_cast<Rx&>(access.tx ? *access.tx : *access.rx);
        else if constexpr (std::same_as<T, Tx>)
            return static_cast<Tx&>(*access.tx);
        else if constexpr (std::same_as<T, Database>)
            return static_cast<Database&>(access.work->database());
        else if constexpr (std::same_as<T, Work>)
            return static_cast<const Work&>(*access.work);
        else if constexpr (std::same_as<T, Actor>)
            return static_cast<const Actor&>(*access.actor);
        else
            return static_cast<const T&>(std::get<I>(slots_));
    }

    R (*verb_)(A...);
    std::tuple<Slot<Bare<A>>...> slots_{};
    std::conditional_t<std::is_void_v<R>, char, std::optional<std::conditional_t<std::is_void_v<R>, char, R>>>
        result_{};
};

}  // namespace detail

// Of a Content: its JSON form is the envelope around one of these answers.
template <class... T>
Route& Route::data_of() {
    (data.emplace_back(detail::ResultOf<T>::shape, detail::ResultOf<T>::record()), ...);
    return *this;
}

template <class Effect>
auto Work::write(Effect&& effect) const -> std::invoke_result_t<Effect&, Tx&> {
    using R = std::invoke_result_t<Effect&, Tx&>;
    return database_.write([&](Tx& tx) -> R {
        if (around_) around_->before(tx);
        if constexpr (std::is_void_v<R>) {
            effect(tx);
            if (around_) around_->after(tx, {"null", {}, {}});
        } else {
            R answer = effect(tx);
            if (around_) around_->after(tx, detail::ResultOf<R>::make(answer));
            return answer;
        }
    });
}

template <class R, class... A>
Route& Routes::add(std::string method, std::string path, std::string permission, R (*verb)(A...), std::string summary) {
    using First = detail::Bare<std::tuple_element_t<0, std::tuple<A...>>>;
    static_assert(detail::is_access<First>, "a verb's first parameter is Rx&, Tx&, const Work& or Database&");
    auto route = std::make_unique<Route>();
    route->module = module_;
    route->method = std::move(method);
    route->path = std::move(path);
    route->permission = std::move(permission);
    route->summary = std::move(summary);
    route->kind = std::same_as<First, Rx>   ? Route::Kind::read
                  : std::same_as<First, Tx> ? Route::Kind::write
                                            : Route::Kind::work;
    route->repeatable = route->method == "POST" && (std::same_as<First, Tx> || std::same_as<First, Work>);
    constexpr bool uploads = (std::same_as<detail::Bare<A>, Upload> || ...);
    const bool has_body = !uploads && (route->method == "POST" || route->method == "PUT");
    bool body_is_json = false;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, boost::mp11::mp_list<detail::Bare<A>...>>>(
        [&](auto tag) {
            using T = typename decltype(tag)::type;
            if constexpr (std::same_as<T, Upload>)
                route->multipart = true;
            else if constexpr (detail::is_path_value<T>)
                route->parameters.emplace_back("", &type_of<T>());
            else if constexpr (Described<T> && !std::same_as<T, Actor>) {
                if (has_body)
                    route->body = &record_of<T>(), body_is_json = true;
                else
                    route->queries.push_back(&record_of<T>());
            }
        });
    if constexpr (!std::is_void_v<R>) {
        route->shape = detail::ResultOf<R>::shape;
        route->answer = detail::ResultOf<R>::record();
    }
    route->prepare = [verb, body_is_json](const Arguments& arguments) -> std::unique_ptr<PreparedVerb> {
        return std::make_unique<detail::Verb<R, A...>>(verb, arguments, body_is_json);
    };
    return put_in(std::move(route));
}

}  // namespace yuanliu
