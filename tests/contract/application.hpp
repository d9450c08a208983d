// The program under test: the one place where these tests meet the wiring.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kit/temp_folder.hpp"
#include "platform/api/api.hpp"
#include "platform/db/migrate.hpp"
#include "platform/jobs/registry.hpp"
#include "platform/routes/routes.hpp"
#include "platform/words/words.hpp"

namespace yuanliu::contract {

// What the program says of itself.
struct Application {
    Routes routes;
    Words words;
    std::vector<Migration> migrations;
    std::vector<const Record*> rows;  // the Records of tables
};
const Application& application();

// Who asks: nobody, somebody signed in without any right, or an administrator.
enum class Caller { nobody, powerless, administrator };

// The whole program over an empty SQLite database, without a socket. Callers are made up here, so that no account and
// no log-in is needed.
class Program {
 public:
    Program();
    ~Program();
    http::Answer call(Caller caller, std::string method, std::string path, std::string body);
    const Routes& routes() const;
    const jobs::Registry& jobs() const;

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// A body that fits the Record field by field, as short as may be: what is optional is left out.
std::string sample_body(const Record& record);

}  // namespace yuanliu::contract
