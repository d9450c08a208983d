// A fresh, migrated database for one test, on either engine.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "kit/fake_env.hpp"
#include "kit/temp_folder.hpp"
#include "platform/db/db.hpp"
#include "platform/db/migrate.hpp"

namespace yuanliu {

enum class Backend { sqlite, postgres };

// The key under which tests seal personal data.
const Bytes32& test_key();

// Made by copying a template that is migrated once a process: a file, or a PostgreSQL database. Dropped at the end.
class TestDatabase {
 public:
    // `options` are used for all but the address. `env` and `vault` must outlive it.
    TestDatabase(Backend backend, const std::vector<Migration>& migrations, Env& env, Vault& vault,
                 DatabaseOptions options = default_options());
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;

    // A pool of few sessions, which are cheap to make for each test.
    static DatabaseOptions default_options();

    Database& db() { return *db_; }
    const DatabaseOptions& options() const { return options_; }
    // SQLite's file; empty for PostgreSQL.
    const std::string& file() const { return file_; }

    // Closes it and opens it again, as a restart of the server does.
    void reopen();
    void close() { db_.reset(); }

 private:
    Backend backend_;
    Env& env_;
    Vault& vault_;
    DatabaseOptions options_;
    std::unique_ptr<TempFolder> folder_;
    std::string file_;
    std::string name_;
    std::unique_ptr<Database> db_;
};

}  // namespace yuanliu
