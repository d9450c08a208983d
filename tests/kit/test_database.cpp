#include "kit/test_database.hpp"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "kit/postgres_server.hpp"

namespace yuanliu {
namespace {

// Databases on the shared server, made and dropped by statements that stand outside of transactions.
class Admin {
 public:
    Admin() : vault_(test_key(), env_) {
        DatabaseOptions options;
        options.url = PostgresServer::shared().url();
        options.connections = 1;
        db_ = Database::open(options, env_, vault_);
    }
    ~Admin() {
        for (const auto& [key, name] : templates_) drop(name);
    }
    static Admin& get() {
        static Admin admin;
        return admin;
    }

    std::string fresh_name() {
        static std::atomic<int> last = 0;
        return "yl_" + std::to_string(::getpid()) + "_" + std::to_string(++last);
    }
    void create(const std::string& name, const std::string& from) {
        script("CREATE DATABASE " + name + " TEMPLATE " + from + " STRATEGY FILE_COPY");
    }
    void drop(const std::string& name) { script("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); }

    // The database from which those with these migrations are copied.
    std::string template_for(const std::string& key, const std::vector<Migration>& migrations) {
        const std::lock_guard guard(mutex_);
        auto& name = templates_[key];
        if (!name.empty()) return name;
        const std::string made = fresh_name();
        create(made, "template0");
        DatabaseOptions options;
        options.url = PostgresServer::shared().url(made);
        options.connections = 1;
        migrate(*Database::open(options, env_, vault_), migrations);
        return name = made;
    }

 private:
    void script(const std::string& sql) {
        db_->exclusively([&](Connection& c) { c.script(sql); });
    }
    FakeEnv env_;
    Vault vault_;
    std::unique_ptr<Database> db_;
    std::mutex mutex_;
    std::map<std::string, std::string> templates_;
};

std::string key_of(const std::vector<Migration>& migrations) {
    std::string all;
    for (const auto& m : migrations)
        all += std::string(m.module) + '/' + std::string(m.name) + '\0' + std::string(m.text) + '\0';
    return hex_encode(view(sha256(all)));
}

std::string sqlite_template(const std::vector<Migration>& migrations) {
    static TempFolder folder;
    static std::mutex mutex;
    const std::string file = folder.file(key_of(migrations) + ".db");
    const std::lock_guard guard(mutex);
    if (std::filesystem::exists(file)) return file;
    FakeEnv env;
    Vault vault(test_key(), env);
    DatabaseOptions options;
    options.url = "sqlite:///" + (file + ".new").substr(1);
    migrate(*Database::open(options, env, vault), migrations);
    std::filesystem::rename(file + ".new", file);
    return file;
}

}  // namespace

const Bytes32& test_key() {
    static const Bytes32 key = sha256("the key of tests");
    return key;
}

DatabaseOptions TestDatabase::default_options() {
    DatabaseOptions options;
    options.connections = 4;
    return options;
}

TestDatabase::TestDatabase(Backend backend, const std::vector<Migration>& migrations, Env& env, Vault& vault,
                           DatabaseOptions options)
    : backend_(backend), env_(env), vault_(vault), options_(std::move(options)) {
    if (backend == Backend::sqlite) {
        folder_ = std::make_unique<TempFolder>();
        file_ = folder_->file("test.db");
        std::filesystem::copy_file(sqlite_template(migrations), file_);
        options_.url = "sqlite:///" + file_.substr(1);
    } else {
        name_ = Admin::get().fresh_name();
        Admin::get().create(name_, Admin::get().template_for(key_of(migrations), migrations));
        options_.url = PostgresServer::shared().url(name_);
    }
    reopen();
}

TestDatabase::~TestDatabase() {
    db_.reset();
    if (!name_.empty()) Admin::get().drop(name_);
}

void TestDatabase::reopen() {
    db_.reset();
    db_ = Database::open(options_, env_, vault_);
}

}  // namespace yuanliu
