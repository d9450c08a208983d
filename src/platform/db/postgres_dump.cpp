#include "platform/db/postgres_dump.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <memory>
#include <string_view>
#include <thread>

#include "base/disk.hpp"
#include "base/error.hpp"
#include "base/process.hpp"
#include "platform/db/postgres_sql.hpp"

namespace yuanliu {
namespace {

// The address without its password, in the form libpq's tools read; the password apart.
struct Address {
    std::string text, password;
};
Address address_of(const std::string& url) {
    char* message = nullptr;
    std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(url.c_str(), &message),
                                                                         PQconninfoFree);
    if (!options) {
        std::string why = message ? message : "out of memory";
        PQfreemem(message);
        throw internal("cannot read DATABASE_URL: " + why);
    }
    Address out;
    for (auto* option = options.get(); option->keyword; ++option) {
        if (!option->val) continue;
        if (std::string_view(option->keyword) == "password") {
            out.password = option->val;
            continue;
        }
        std::string quoted;
        for (const char* c = option->val; *c; ++c) {
            if (*c == '\'' || *c == '\\') quoted += '\\';
            quoted += *c;
        }
        out.text += fmt::format("{}='{}' ", option->keyword, quoted);
    }
    return out;
}

ProgramOptions with_password(const std::string& password) {
    ProgramOptions options;
    if (!password.empty()) options.environment.push_back("PGPASSWORD=" + password);
    return options;
}

// Everything of ours that stands in the schema: tables of a newer program than the dump's would otherwise stay behind.
// The functions are those of our triggers; those of extensions are not ours.
constexpr std::string_view drop_all =
    "DO $drop$ DECLARE found record; BEGIN"
    " FOR found IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') LOOP"
    " EXECUTE 'DROP TABLE IF EXISTS ' || found.name || ' CASCADE'; END LOOP;"
    " FOR found IN SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
    " WHERE n.nspname = 'public' AND p.prorettype = 'trigger'::regtype AND NOT EXISTS"
    " (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP"
    " EXECUTE 'DROP FUNCTION IF EXISTS ' || found.name || ' CASCADE'; END LOOP; END $drop$;\n";

bool write_all(int fd, std::string_view text) { return disk::write_whole(Files::real(), fd, text); }

// The dump as SQL, within one transaction that is only committed once all of the dump has been read: psql gets COMMIT
// from us, or the end of its input, which undoes everything.
std::string restore_script(const Address& address, const std::string& path, bool clean) {
    int script[2];
    if (::pipe2(script, O_CLOEXEC) != 0) throw internal(fmt::format("pipe: {}", std::strerror(errno)));
    std::string psql_said;
    std::thread psql([&] {
        auto options = with_password(address.password);
        options.input = script[0];
        psql_said = run_program({"psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null",
                                 "--no-password", "--dbname=" + address.text},
                                options);
        // Nobody reads any more: pg_restore hears of it with its next line.
        ::close(script[0]);
    });
    std::string said;
    ProgramOptions options;
    options.output = script[1];
    if (write_all(script[1], "BEGIN;\n") && (!clean || write_all(script[1], drop_all)))
        said = run_program({"pg_restore", "--no-owner", "--file=-", path}, options);
    const bool whole = said.empty() && write_all(script[1], "\nCOMMIT;\n");
    ::close(script[1]);
    psql.join();
    if (!psql_said.empty()) return "psql: " + psql_said;
    if (!said.empty()) return "pg_restore: " + said;
    return whole ? "" : "psql ended early";
}

// Keeps everybody else out of the database as long as it lives.
class Alone {
 public:
    explicit Alone(const std::string& url) : connection_(PQconnectdb(url.c_str()), PQfinish) {
        if (PQstatus(connection_.get()) != CONNECTION_OK)
            throw internal(fmt::format("cannot connect to PostgreSQL: {}", PQerrorMessage(connection_.get())));
        const auto take = fmt::format("SELECT pg_try_advisory_lock({})", key_);
        // Sessions that have just ended, our own of before a restart among them, may still hold it for a moment.
        for (int waited_ms = 0; ask(take) != "t"; waited_ms += pause_ms) {
            if (waited_ms >= patience_ms)
                throw Error(Fault::conflict, "in_use")
                    .log(fmt::format("others are using this database; stop them before the restore: {}",
                                     ask(fmt::format(holders, key_))));
            std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
        }
    }

 private:
    static constexpr int patience_ms = 3'000, pause_ms = 100;
    static constexpr std::string_view holders =
        "SELECT string_agg(DISTINCT format('%s at %s', a.application_name, coalesce(host(a.client_addr), 'this"
        " machine')), ', ') FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid JOIN pg_database d"
        " ON d.oid = l.database WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
        " AND d.datname = current_database() AND ((l.classid::bigint << 32) | l.objid::bigint) = {}";

    std::string ask(const std::string& sql) {
        const std::unique_ptr<PGresult, decltype(&PQclear)> answer(PQexec(connection_.get(), sql.c_str()), PQclear);
        if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK)
            throw internal(fmt::format("PostgreSQL: {}", PQerrorMessage(connection_.get())));
        return PQgetvalue(answer.get(), 0, 0);
    }

    const std::int64_t key_ = advisory_key(in_use_lock);
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

}  // namespace

void postgres_dump(const std::string& url, const std::string& path) {
    const Address address = address_of(url);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) throw internal(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
    auto options = with_password(address.password);
    options.output = file;
    auto said = run_program({"pg_dump", "--format=custom", "--no-password", "--dbname=" + address.text}, options);
    if (said.empty() && Files::real().sync(file) != 0) said = std::strerror(errno);
    ::close(file);
    if (said.empty()) return;
    ::unlink(path.c_str());
    throw internal(fmt::format("pg_dump failed: {}", said));
}

void postgres_restore(const std::string& url, const std::string& path, bool clean) {
    const Address address = address_of(url);
    const Alone alone(url);
    if (auto said = restore_script(address, path, clean); !said.empty())
        throw internal(fmt::format("the dump could not be brought back, nothing was changed: {}", said));
}

void check_postgres_dump(const std::string& path) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ProgramOptions options;
    options.output = nowhere;
    const auto said = run_program({"pg_restore", "--list", path}, options);
    ::close(nowhere);
    if (!said.empty()) throw internal(fmt::format("this is no dump that pg_restore can read: {}", said));
}

}  // namespace yuanliu
