// The whole program put together: the only place that names every module.
#pragma once

#include <memory>

#include "app/config.hpp"
#include "modules/backups/restore.hpp"
#include "platform/db/inspection.hpp"
#include "platform/db/invariant.hpp"
#include "platform/db/migrate.hpp"
#include "platform/routes/routes.hpp"
#include "platform/words/words.hpp"

namespace yuanliu::http {
class Server;
}
namespace yuanliu {
class Api;
namespace jobs {
class Registry;
}
}  // namespace yuanliu

namespace yuanliu::app {

// Every migration, lower floors first.
std::vector<Migration> all_migrations();
Words load_words();
// What a backup of this installation is made of.
backups::Site site_of(const Config& config);
void declare_routes(Routes& routes);
// The OpenAPI document, from the routes alone.
std::string describe_api(Locale locale);
std::vector<Invariant> all_invariants();
std::vector<Inspection> all_inspections();

// What a process opens the database for: to `look` is allowed beside a server, writes nothing and may take its time.
enum class Use { serve, look };

// The parts of a running process over one database. Nothing runs before start(); the verbs of the command line use the
// database and the rules without it.
class Application {
 public:
    Application(const Config& config, Env& env, Use use = Use::serve);
    ~Application();

    Database& db();
    Routes& routes();
    const Words& words();
    Api& api();
    jobs::Registry& job_registry();
    // Starts the threads that deliver events and run jobs.
    void start_background();
    void stop_background();
    // Binds the address and answers until stop_serving(). Returns the port.
    std::uint16_t serve();
    void stop_serving();
    // `wake` is called once a restore has been staged and wants the process to stop and to start again.
    void on_restart(std::function<void()> wake);
    std::optional<backups::Intent> wanted_restore() const;

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace yuanliu::app
