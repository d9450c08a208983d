#include "platform/db/postgres_connection.hpp"

#include <endian.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <spdlog/spdlog.h>

#include <bit>
#include <charconv>
#include <cstring>

#include "platform/db/postgres_sql.hpp"
#include "platform/db/sql_tokens.hpp"

namespace yuanliu {
namespace {

constexpr std::size_t statements_max = 400;     // prepared per session; beyond it the longest unused goes
constexpr int client_grace_ms = 5'000;          // how much longer than the server we wait before giving up the session
constexpr int idle_in_transaction_ms = 60'000;  // a transaction of ours that does nothing so long is a bug
constexpr std::size_t copy_chunk = 256 * 1024;  // bytes handed to libpq at once
constexpr int stream_rows = 1'000;              // rows fetched at a time for each()

// Object ids of the parameter types, fixed for ever in pg_type.dat.
constexpr Oid oid_of(SqlValue::Kind kind) {
    switch (kind) {
        case SqlValue::Kind::integer: return 20;
        case SqlValue::Kind::boolean: return 16;
        case SqlValue::Kind::real: return 701;
        case SqlValue::Kind::text: break;
    }
    return 25;
}

// A session that has ended, for whatever reason: class 08, and the server's announcements of a shutdown.
bool says_lost(std::string_view state) { return state.starts_with("08") || state.starts_with("57P"); }

template <class N>
N parse_number(std::string_view text) {
    if (text == "t") return 1;  // SQLite has no booleans but 1 and 0
    if (text.starts_with('+')) text.remove_prefix(1);
    N out{};
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

}  // namespace

class PostgresConnection::Result {
 public:
    explicit Result(PGresult* handle = nullptr) : handle_(handle) {}
    Result(Result&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Result& operator=(Result&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Result() { PQclear(handle_); }
    explicit operator bool() const { return handle_ != nullptr; }
    PGresult* get() const { return handle_; }
    ExecStatusType status() const { return PQresultStatus(handle_); }
    bool failed() const { return status() == PGRES_FATAL_ERROR || status() == PGRES_BAD_RESPONSE; }
    std::string_view state() const {
        const char* state = PQresultErrorField(handle_, PG_DIAG_SQLSTATE);
        return state ? state : "";
    }
    // "INSERT", "SELECT" …: the first word of what the server says it has done.
    std::string_view verb() const {
        std::string_view tag = PQcmdStatus(handle_);
        return tag.substr(0, tag.find(' '));
    }

 private:
    PGresult* handle_;
};

struct PostgresConnection::Row : StatementRow {
    const PGresult* result = nullptr;
    int at = 0;
    int columns() const override { return PQnfields(result); }
    std::string_view name(int c) const override { return PQfname(result, c); }
    bool is_null(int c) const override { return PQgetisnull(result, at, c); }
    std::string_view text(int c) const override {
        return {PQgetvalue(result, at, c), static_cast<std::size_t>(PQgetlength(result, at, c))};
    }
    std::int64_t integer(int c) const override { return parse_number<std::int64_t>(text(c)); }
    bool boolean(int c) const override { return integer(c) != 0; }
    double real(int c) const override { return parse_number<double>(text(c)); }
};

struct PostgresConnection::Prepared {
    std::string key;  // SQL text, what follows it, and the letters of the parameters' types
    std::string text;
    std::string name;
    std::vector<Oid> types;
    bool ready = false;    // the server knows it
    bool running = false;  // its rows are being read: a rule that queries inside its own row callback gets another Row
    Row row;
};

PostgresConnection::PostgresConnection(const PostgresSettings& settings, Env& the_env, Vault& the_vault,
                                       const Parts& the_parts) {
    env = &the_env;
    vault = &the_vault;
    parts = &the_parts;
    // What comes after dbname wins over the same word in the address, what comes before gives way to it.
    const std::string timeout = std::to_string(std::max(2, settings.connect_timeout_s));
    const char* words[] = {"application_name", "keepalives_idle",  "keepalives_interval",
                           "keepalives_count", "tcp_user_timeout", "connect_timeout",
                           "dbname",           "client_encoding",  nullptr};
    const char* values[] = {"yuanliu", "30",   "10", "3", "15000", timeout.c_str(), settings.url.c_str(),
                            "UTF8",    nullptr};
    conn_ = PQconnectdbParams(words, values, 1);
    try {
        if (PQstatus(conn_) != CONNECTION_OK) {
            std::string why = fmt::format("cannot connect to PostgreSQL: {}", PQerrorMessage(conn_));
            // A wrong password or database does not get better by waiting; libpq gives no code for it, only the text.
            for (auto hopeless :
                 {"authentication failed", "does not exist", "no password supplied", "invalid", "missing"})
                if (why.find(hopeless) != why.npos) throw internal(why);
            throw busy(why);
        }
        setup(settings);
    } catch (...) {
        drop();
        throw;
    }
}

PostgresConnection::~PostgresConnection() { drop(); }

void PostgresConnection::drop() noexcept {
    PQfinish(conn_);
    conn_ = nullptr;
    unread_ = open_ = begin_pending_ = false;
}

bool PostgresConnection::alive() const { return conn_ && PQstatus(conn_) == CONNECTION_OK; }

void PostgresConnection::setup(const PostgresSettings& settings) {
    if (PQserverVersion(conn_) < 140000) throw internal("PostgreSQL 14 or later is needed");
    PQsetNoticeProcessor(
        conn_,
        [](void*, const char* text) {
            std::string_view line(text);
            while (line.ends_with('\n')) line.remove_suffix(1);
            spdlog::warn("PostgreSQL: {}", line);
        },
        nullptr);
    PQsetnonblocking(conn_, 1);
    client_timeout_ms_ = std::max(2, settings.connect_timeout_s) * 1000;
    auto answer = simple(fmt::format(
        "SET client_min_messages = warning; SET timezone = 'UTC'; SET statement_timeout = {}; SET lock_timeout = {};"
        "SET idle_in_transaction_session_timeout = {};"
        // A stricter setting of the server (remote_apply) stays.
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', "
        "'local');"
        "SELECT current_setting('server_encoding')",
        settings.statement_timeout_ms, settings.lock_timeout_ms,
        settings.statement_timeout_ms ? idle_in_transaction_ms : 0));
    std::string_view encoding = PQgetvalue(answer.get(), 0, 0);
    if (encoding != "UTF8") throw internal(fmt::format("the database's encoding is {}, it must be UTF8", encoding));
    if (settings.in_use) {
        // Ends with the session, however that ends. A restore holds the same lock alone.
        const auto lock = simple(fmt::format("SELECT pg_try_advisory_lock_shared({})", advisory_key(in_use_lock)));
        if (std::string_view(PQgetvalue(lock.get(), 0, 0)) != "t")
            throw busy("a backup is being restored into this database");
    }
    client_timeout_ms_ = settings.statement_timeout_ms ? settings.statement_timeout_ms + client_grace_ms : 0;
}

void PostgresConnection::need(bool sent) {
    if (!sent) fail(Result(), "(sending)");
}

PostgresConnection::Prepared& PostgresConnection::prepared(std::string_view sql, const SqlParams& params,
                                                           std::string_view tail) {
    key_.assign(sql);
    key_ += tail;
    key_ += '\0';
    for (const auto& value : params.values) key_ += "itbr"[static_cast<std::size_t>(value.kind)];
    if (auto found = by_key_.find(key_); found != by_key_.end()) {
        statements_.splice(statements_.begin(), statements_, found->second);
        return statements_.front();
    }
    auto [text, parameters] = postgres_sql(sql);
    if (parameters != int(params.values.size()))
        throw internal(fmt::format("{} values for {} parameters in: {}", params.values.size(), parameters, sql));
    if (statements_.size() >= statements_max && !statements_.back().running) {
        auto name = std::move(statements_.back().name);
        bool known = statements_.back().ready;
        by_key_.erase(statements_.back().key);
        statements_.pop_back();
        if (known) simple(fmt::format("DEALLOCATE {}", name));
    }
    Prepared& made = statements_.emplace_front();
    made.key = key_;
    made.text = std::move(text);
    made.text += tail;
    made.name = fmt::format("s{}", ++names_);
    for (const auto& value : params.values) made.types.push_back(oid_of(value.kind));
    made.row.vault = vault;
    by_key_.emplace(made.key, statements_.begin());
    return made;
}

// Binary parameters: texts travel with their length, so they need no terminator, and numbers need no printing.
void PostgresConnection::fill(const SqlParams& params) {
    const auto n = params.values.size();
    numbers_.resize(n);
    values_.resize(n);
    lengths_.resize(n);
    formats_.assign(n, 1);
    for (std::size_t i = 0; i < n; ++i) {
        const SqlValue& v = params.values[i];
        lengths_[i] = 8;
        values_[i] = v.null ? nullptr : reinterpret_cast<const char*>(&numbers_[i]);
        switch (v.kind) {
            case SqlValue::Kind::integer: numbers_[i] = htobe64(static_cast<std::uint64_t>(v.number)); break;
            case SqlValue::Kind::real: numbers_[i] = htobe64(std::bit_cast<std::uint64_t>(v.real)); break;
            case SqlValue::Kind::boolean:
                *reinterpret_cast<char*>(&numbers_[i]) = v.number ? 1 : 0;
                lengths_[i] = 1;
                break;
            case SqlValue::Kind::text:
                if (!v.null) values_[i] = v.text.data() ? v.text.data() : "";
                lengths_[i] = static_cast<int>(v.text.size());
        }
    }
}

int PostgresConnection::send_begin() {
    if (!begin_pending_) return 0;
    need(PQsendQueryParams(
        conn_,
        write_ ? "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", 0,
        nullptr, nullptr, nullptr, nullptr, 0));
    begin_pending_ = false;
    open_ = true;
    return 1;
}

PostgresConnection::Result PostgresConnection::execute(Prepared& statement, const SqlParams& params) {
    drain();
    PQenterPipelineMode(conn_);
    int commands = send_begin();
    Prepared* preparing = nullptr;
    if (!statement.ready) {
        preparing = &statement;
        ++commands;
        need(PQsendPrepare(conn_, statement.name.c_str(), statement.text.c_str(), int(statement.types.size()),
                           statement.types.data()));
    }
    fill(params);
    ++commands;
    need(PQsendQueryPrepared(conn_, statement.name.c_str(), int(values_.size()), values_.data(), lengths_.data(),
                             formats_.data(), 0));
    need(PQpipelineSync(conn_));
    return answers(commands, preparing, statement.text);
}

// Reads the answers to `commands` commands and to the sync behind them; the last command's is the result.
PostgresConnection::Result PostgresConnection::answers(int commands, Prepared* preparing, std::string_view sql) {
    deadline_ = Clock::now() + std::chrono::milliseconds(client_timeout_ms_);
    Result last, error;
    flush();
    for (int i = 0; i < commands; ++i) {
        for (;;) {
            await_answer();
            Result result(PQgetResult(conn_));
            if (!result) break;
            if (result.failed() && !error)
                error = std::move(result);
            else if (result.status() != PGRES_PIPELINE_ABORTED)
                last = std::move(result);
            if (PQstatus(conn_) == CONNECTION_BAD) break;
        }
        // The statement's PREPARE is the last but one.
        if (preparing && i == commands - 2 && !error) preparing->ready = true;
    }
    await_answer();
    Result end(PQgetResult(conn_));
    if (!alive() || error) fail(error ? error : end, sql);
    return last;
}

void PostgresConnection::drain() {
    values_.clear();  // a failure here must not look at parameters that the caller may have freed
    if (!alive()) fail(Result(), "(before the statement)");
    if (!unread_) return;
    unread_ = false;
    answers(1, nullptr, "COMMIT or ROLLBACK");
}

// One command or several without parameters, outside of pipeline mode; the last answer is the result. COPY's data are
// the caller's to send.
PostgresConnection::Result PostgresConnection::simple(const std::string& sql) {
    drain();
    if (begin_pending_) {
        PQenterPipelineMode(conn_);
        int commands = send_begin();
        need(PQpipelineSync(conn_));
        answers(commands, nullptr, "BEGIN");
    }
    need(PQexitPipelineMode(conn_));
    need(PQsendQuery(conn_, sql.c_str()));
    return remaining(sql);
}

PostgresConnection::Result PostgresConnection::remaining(std::string_view sql) {
    deadline_ = Clock::now() + std::chrono::milliseconds(client_timeout_ms_);
    Result last, error;
    flush();
    for (;;) {
        await_answer();
        Result result(PQgetResult(conn_));
        if (!result) break;
        const bool copying = result.status() == PGRES_COPY_IN;
        if (result.failed() && !error)
            error = std::move(result);
        else
            last = std::move(result);
        if (copying || PQstatus(conn_) == CONNECTION_BAD) break;
    }
    if (!alive() || error) fail(error, sql);
    return last;
}

// Waits until the server has sent or taken something. False: the session broke, and the next result tells why.
bool PostgresConnection::poll_socket(bool write) {
    pollfd socket{PQsocket(conn_), static_cast<short>(write ? POLLIN | POLLOUT : POLLIN), 0};
    int wait_ms = -1;
    if (client_timeout_ms_) {
        auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
        wait_ms = static_cast<int>(std::max<std::int64_t>(left, 0));
    }
    const int ready = ::poll(&socket, 1, wait_ms);
    if (ready == 0) {
        // Silent beyond its own time limit: what the server does with our transaction nobody knows.
        drop();
        fail(Result(), "(the server stopped answering)");
    }
    return ready < 0 || PQconsumeInput(conn_);
}

void PostgresConnection::flush() {
    while (PQflush(conn_) == 1 && poll_socket(true)) {
    }
}

void PostgresConnection::await_answer() {
    while (PQisBusy(conn_) && poll_socket(false)) {
    }
}

// Turns an error into the refusal the caller understands, and remembers the first one of the transaction.
void PostgresConnection::fail(const Result& result, std::string_view sql) {
    std::string state(result.state());
    std::string message = result && *PQresultErrorMessage(result.get()) ? PQresultErrorMessage(result.get())
                          : conn_                                       ? PQerrorMessage(conn_)
                                                                        : "no answer in time";
    while (message.ends_with('\n')) message.pop_back();
    std::string why = fmt::format("postgres {}: {} in: {}", state, message, sql.substr(0, 300));
    auto noted = [&]<class E>(PostgresTrouble trouble, E error) {
        if (trouble_ == PostgresTrouble::none) {
            trouble_ = trouble;
            std::string where(sql);
            for (std::size_t i = 0; i < values_.size(); ++i)
                if (values_[i]) where.append(values_[i], static_cast<std::size_t>(lengths_[i]));
            trouble_key_ = static_cast<std::uint64_t>(advisory_key(where));
            first_error_ = std::make_exception_ptr(error);
        }
        return error;
    };
    using enum PostgresTrouble;
    // 25006 in a writing transaction: the primary became a standby under us, and a new session finds the new primary.
    if (!alive() || says_lost(state) || (write_ && state == "25006")) {
        drop();
        throw noted(lost, busy(why));
    }
    if (state == "40001" || state == "40P01") throw noted(serialization, busy(why));
    if (state == "23505") throw noted(duplicate, UniqueViolation(why));
    if (state == "23503") throw noted(refused, Error(Fault::conflict, "in_use").log(why));
    // SQLite keeps any bytes, PostgreSQL no text that is not UTF-8 or has a NUL in it.
    if (state == "22021") throw noted(refused, Error(Fault::unreadable, "text_not_storable").log(why));
    if (state == "57014" || state == "55P03")
        throw noted(refused, Error(Fault::busy, "query_too_slow").log(why).retry_after(1));
    if (state == "53100") throw noted(refused, Error(Fault::no_space, "no_space").log(why));
    if (state.starts_with("53")) throw noted(refused, busy(why));
    if (state == "26000" || (state == "0A000" && message.find("cached plan") != message.npos)) {
        for (auto& statement : statements_) statement.ready = false, statement.name = fmt::format("s{}", ++names_);
        throw noted(stale, busy(why));
    }
    if (state == "25P02" && first_error_) std::rethrow_exception(first_error_);
    throw noted(refused, internal(why));
}

std::int64_t PostgresConnection::deliver(const Result& result, Row& row, const OnRow& on_row) {
    row.result = result.get();
    const int rows = PQntuples(result.get());
    for (row.at = 0; on_row && row.at < rows; ++row.at)
        if (!on_row(row)) break;
    if (result.verb() == "SELECT" || result.verb() == "FETCH") return 0;
    return parse_number<std::int64_t>(PQcmdTuples(result.get()));
}

struct PostgresConnection::Running {
    bool& flag;
    explicit Running(bool& f) : flag(f) { flag = true; }
    ~Running() { flag = false; }
};

std::int64_t PostgresConnection::run(std::string_view sql, const SqlParams& params, const OnRow& on_row) {
    Prepared& statement = prepared(sql, params, {});
    auto result = execute(statement, params);
    if (statement.running) {
        Row row;
        row.vault = vault;
        return deliver(result, row, on_row);
    }
    const Running running(statement.running);
    return deliver(result, statement.row, on_row);
}

void PostgresConnection::stream(std::string_view sql, const SqlParams& params, const OnRow& on_row) {
    const int number = cursors_++;
    run(fmt::format("DECLARE c{} NO SCROLL CURSOR FOR {}", number, sql), params, {});
    Row row;
    row.vault = vault;
    const SqlParams none(nullptr);
    Prepared& fetch = prepared(fmt::format("FETCH {} FROM c{}", stream_rows, number), none, {});
    const Running running(fetch.running);  // stays in the cache whatever on_row asks for
    for (bool more = true; more;) {
        auto result = execute(fetch, none);
        deliver(result, row, [&](StatementRow& r) { return more = on_row(r); });
        more = more && PQntuples(result.get()) == stream_rows;
    }
    run(fmt::format("CLOSE c{}", number), none, {});
    --cursors_;
}

std::int64_t PostgresConnection::insert(std::string_view sql, const SqlParams& params) {
    auto result = execute(prepared(sql, params, " RETURNING id"), params);
    if (PQntuples(result.get()) != 1) throw internal(fmt::format("no row was inserted by: {}", sql));
    return parse_number<std::int64_t>(PQgetvalue(result.get(), 0, 0));
}

void PostgresConnection::put_copy(std::string_view bytes, std::string_view sql) {
    for (;;) {
        const int taken = PQputCopyData(conn_, bytes.data(), static_cast<int>(bytes.size()));
        if (taken < 0) fail(Result(), sql);
        flush();
        if (taken == 1) return;
    }
}

void PostgresConnection::insert_many(std::string_view table, const std::vector<std::string_view>& columns,
                                     std::size_t rows, const std::function<void(std::size_t, SqlParams&)>& bind) {
    values_.clear();
    const std::string sql = fmt::format("COPY {} ({}) FROM STDIN", table, fmt::join(columns, ", "));
    simple(sql);
    deadline_ = Clock::now() + std::chrono::milliseconds(client_timeout_ms_);
    std::string buffer;
    SqlParams params(vault);
    std::exception_ptr failure;
    try {
        for (std::size_t i = 0; i < rows; ++i) {
            params.clear();
            bind(i, params);
            for (std::size_t c = 0; c < params.values.size(); ++c) {
                if (c) buffer += '\t';
                append_copy_value(buffer, params.values[c]);
            }
            buffer += '\n';
            if (buffer.size() < copy_chunk && i + 1 < rows) continue;
            put_copy(buffer, sql);
            buffer.clear();
        }
    } catch (...) {
        if (!alive()) throw;
        failure = std::current_exception();
    }
    PQputCopyEnd(conn_, failure ? "the rows could not be made" : nullptr);
    try {
        remaining(sql);
    } catch (...) {
        if (!failure) throw;
    }
    if (failure) std::rethrow_exception(failure);
}

void PostgresConnection::script(std::string_view sql) {
    values_.clear();
    simple(expand_sql_tokens(sql, Dialect::postgres));
}

void PostgresConnection::begin(bool write) {
    trouble_ = PostgresTrouble::none;
    first_error_ = nullptr;
    cursors_ = 0;
    values_.clear();
    write_ = write;
    begin_pending_ = true;
}

void PostgresConnection::commit() {
    if (std::exchange(begin_pending_, false)) return;  // nothing was asked of the server
    if (first_error_) {
        rollback();
        std::rethrow_exception(first_error_);
    }
    values_.clear();
    drain();
    open_ = false;
    try {
        PQenterPipelineMode(conn_);
        need(PQsendQueryParams(conn_, "COMMIT", 0, nullptr, nullptr, nullptr, nullptr, 0) && PQpipelineSync(conn_));
        if (!write_) {
            PQflush(conn_);
            unread_ = true;
            return;
        }
        auto result = answers(1, nullptr, "COMMIT");
        if (result.verb() != "COMMIT") throw internal("the transaction had been undone before its COMMIT");
    } catch (const Error& e) {
        if (!write_ || trouble_ != PostgresTrouble::lost) throw;
        trouble_ = PostgresTrouble::commit_unknown;
        throw Error(Fault::busy, "commit_unknown").log(e.what()).retry_after(1);
    }
}

void PostgresConnection::rollback() noexcept {
    begin_pending_ = false;
    if (!std::exchange(open_, false) || !alive()) return;
    // Nobody waits for the answer; a session that cannot even be told is given up.
    if (unread_ || PQtransactionStatus(conn_) == PQTRANS_ACTIVE) return drop();
    PQenterPipelineMode(conn_);
    if (!PQsendQueryParams(conn_, "ROLLBACK", 0, nullptr, nullptr, nullptr, nullptr, 0) || !PQpipelineSync(conn_) ||
        PQflush(conn_) < 0)
        return drop();
    unread_ = true;
    if (!write_) return;
    // The refusal is told only when the locks are gone: who tries again at once must not meet his own.
    try {
        drain();
    } catch (...) {
        drop();
    }
}

std::int64_t PostgresConnection::erase_log(std::string_view table, std::string_view where, const SqlParams& params) {
    auto permit = [this](std::string_view what) {
        SqlParams name(nullptr);
        name.text(what);
        run("SELECT set_config('yuanliu.erasing', ?, true)", name, {});
    };
    permit(table);
    const auto erased = run(fmt::format("DELETE FROM {} WHERE {}", table, where), params, {});
    permit("");  // when the statement failed, the transaction and the permission with it are over
    return erased;
}

bool PostgresConnection::try_lock(std::string_view name) {
    SqlParams params(nullptr);
    params.integer(advisory_key(name));
    bool got = false;
    run("SELECT pg_try_advisory_xact_lock(?)", params, [&](StatementRow& row) { return got = row.boolean(0), false; });
    return got;
}

}  // namespace yuanliu
