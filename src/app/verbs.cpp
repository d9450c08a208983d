#include "app/verbs.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "app/backup.hpp"
#include "app/check.hpp"
#include "app/demo.hpp"
#include "app/keys.hpp"
#include "app/serve.hpp"
#include "app/wiring.hpp"
#include "base/base64.hpp"
#include "base/unit_code.hpp"
#include "modules/identity/identity.hpp"
#include "platform/audit/audit.hpp"

namespace yuanliu::app {
namespace {

// A restore that a crash has left goes on at the next start of the server; until then there is no whole state to look
// at.
void require_settled(const Config& config) {
    if (backups::is_pending(site_of(config)))
        throw internal("a restore is under way in " + config.data + ": start the server, which finishes it");
}

int migrate_verb(Loaded& loaded, const Options&) {
    require_settled(loaded.config);
    complete_secrets(loaded);
    Application app(loaded.config, Env::real());
    auto done = prepare_database(app.db(), loaded.config);
    for (const auto& name : done) std::cout << name << "\n";
    std::cout << (done.empty() ? "nothing to do" : "done") << "\n";
    return 0;
}

int create_admin(Loaded& loaded, const Options& options) {
    if (!options.password_stdin) throw internal("say --password-stdin and pass the password on standard input");
    std::string password;
    std::getline(std::cin, password);
    require_settled(loaded.config);
    complete_secrets(loaded);
    Application app(loaded.config, Env::real());
    prepare_database(app.db(), loaded.config);
    app.db().write([&](Tx& tx) {
        identity::create_admin(tx, options.username, password);
        audit::record(tx, Actor::of_system("command line"), "identity.create_admin");
    });
    std::cout << "administrator " << options.username << " created in "
              << (loaded.config.database_url.empty() ? database_url(loaded.config) : "the configured database") << "\n";
    return 0;
}

int demo(Loaded& loaded, const Options& options) {
    require_settled(loaded.config);
    complete_secrets(loaded);
    return fill_demo(loaded.config, options.units, options.if_empty);
}

int generate_codes(Loaded& loaded, const Options& options) {
    complete_secrets(loaded);
    // Codes that the installation itself would take for forged are worth less than none.
    const auto& config = loaded.config;
    if (!config.database_url.empty() || std::filesystem::exists(site_of(config).database_file()))
        require_own_keys(Application(config, Env::real(), Use::look).db(), config);
    CodeMint mint(loaded.config.code_key);
    std::string out;
    for (std::int64_t left = options.count; left > 0;) {
        std::vector<std::string> codes;
        auto n = std::min<std::int64_t>(left, 100000);
        mint.mint(Env::real(), std::size_t(n), codes);
        out.clear();
        for (const auto& code : codes) out += code, out += '\n';
        std::cout << out;
        left -= n;
    }
    return 0;
}

int openapi(Loaded& loaded, const Options& options) {
    // Described from the routes alone: no database is opened.
    (void)loaded;
    std::cout << describe_api(options.english ? Locale::en : Locale::zh) << "\n";
    return 0;
}

int check(Loaded& loaded, const Options&) {
    require_settled(loaded.config);
    find_secrets(loaded);
    Application app(loaded.config, Env::real(), Use::look);
    require_own_keys(app.db(), loaded.config);
    const auto checked = check_everything(app.db());
    for (const auto& broken : checked.broken) {
        std::cout << "BROKEN " << broken.name << ": " << broken.meaning << "\n        which:";
        for (const auto& what : broken.what) std::cout << ' ' << what;
        std::cout << "\n";
    }
    std::cout << checked.count << " invariants checked, " << checked.broken.size() << " broken\n";
    return checked.broken.empty() ? 0 : 2;
}

int show_config(Loaded& loaded, const Options&) {
    for (const auto& field : record_of<Config>().fields) {
        std::string value;
        JsonWriter w(value);
        field.type->write(field.in(&loaded.config), w);
        if (is_secret(field.name) && value != "\"\"") value = "\"***\"";
        auto origin = loaded.origins.find(field.name);
        std::cout << fmt::format("{:<24} = {:<36} # {}\n", field.name, value,
                                 origin == loaded.origins.end() ? "default" : origin->second);
    }
    return 0;
}

int backup(Loaded& loaded, const Options& options) {
    require_settled(loaded.config);
    find_secrets(loaded);
    make_backup(loaded.config, options.path);
    std::cout << "written " << options.path << "\n";
    return 0;
}

int restore(Loaded& loaded, const Options& options) {
    // Without making secrets: those of the backup come back with it.
    restore_backup(loaded.config, options.path, options.force);
    std::cout << "restored " << options.path << "\n";
    return 0;
}

}  // namespace

void set_up_log(const Config& config) {
    auto log = spdlog::stderr_color_mt("yuanliu");
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
    log->set_level(spdlog::level::from_str(
        config.log_level == LogLevel::warning ? "warn" : std::string(name_of(config.log_level))));
    log->flush_on(spdlog::level::warn);
    spdlog::set_default_logger(log);
    spdlog::flush_every(std::chrono::seconds(1));
}

Verbs add_verbs(CLI::App& cli, Options& o) {
    Verbs verbs;
    auto verb = [&](CLI::App* command, Verb run) {
        verbs.emplace_back(command, std::move(run));
        return command;
    };
    verb(cli.add_subcommand("serve", "answer requests; on a new data folder, set everything up first"),
         [](Loaded& loaded, const Options&) { return serve(loaded); });
    verb(cli.add_subcommand("migrate", "bring the database schema up to date"), migrate_verb);
    auto* admin = cli.add_subcommand("admin", "administrators");
    admin->require_subcommand(1);
    auto* create = verb(admin->add_subcommand("create", "create an administrator"), create_admin);
    create->add_option("--username", o.username, "name to sign in with")->required();
    create->add_flag("--password-stdin", o.password_stdin, "read the password from standard input");
    auto* demo_verb = verb(cli.add_subcommand("demo", "fill an empty database with a demo company"), demo);
    demo_verb->add_flag("--if-empty", o.if_empty, "do nothing when there is data already");
    demo_verb->add_option("--units", o.units, "how many units")->capture_default_str();
    auto* codes = cli.add_subcommand("codes", "codes for labels");
    codes->require_subcommand(1);
    auto* generate =
        verb(codes->add_subcommand("generate", "print codes, one a line, to be registered later"), generate_codes);
    generate->add_option("--count", o.count, "how many")->check(CLI::Range(1, 10'000'000))->capture_default_str();
    auto* save = verb(
        cli.add_subcommand("backup", "write a consistent copy of database and files while the server runs"), backup);
    save->add_option("file", o.path, "archive to write (.tar)")->required();
    auto* load = verb(cli.add_subcommand("restore", "bring a backup back into an empty data folder"), restore);
    load->add_option("file", o.path, "archive to read")->required();
    load->add_flag("--force", o.force, "replace what is there (it is kept in DATA.before-restore-...)");
    verb(cli.add_subcommand("openapi", "print the API description"), openapi)
        ->add_flag("--english", o.english, "in English");
    verb(cli.add_subcommand("check", "test every invariant of the data and print what is broken"), check);
    verb(cli.add_subcommand("config", "print the settings in effect and where they come from"), show_config);
    return verbs;
}

}  // namespace yuanliu::app
