// yuanliu: one program, many verbs.
#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "app/verbs.hpp"
#include "app/version.hpp"
#include "platform/vision/helper.hpp"

using namespace yuanliu;
using namespace yuanliu::app;

namespace {

std::string flag_name(std::string_view key) {
    std::string out = "--" + std::string(key);
    std::replace(out.begin() + 2, out.end(), '_', '-');
    return out;
}

// Every setting is a flag of every verb; secrets are not, because other users of the machine can read command lines.
void add_settings(CLI::App& app, std::string& file, std::map<std::string, std::string>& flags) {
    app.add_option("--config", file, "configuration file (TOML); yuanliu.toml is read if it is there");
    for (const auto& field : record_of<Config>().fields) {
        std::string key(field.name);
        if (key.ends_with("_key") && key != "tls_key") continue;
        auto* option =
            app.add_option_function<std::string>(flag_name(key) + (key == "database_url" ? ",--database" : ""),
                                                 [&flags, key](const std::string& value) { flags[key] = value; });
        option->group("Settings");
    }
}

int report(const Error& error) {
    std::string text = error.what();
    for (const auto& field : error.fields)
        if (field.code != "config.invalid") text += fmt::format("\n  {}: {}", field.field, field.code);
    std::cerr << "yuanliu: " << text << "\n";
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && argv[1] == vision::helper_word) return vision::serve_photos();  // a verb of ours, not of people
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a full disk, not a reason to die
    CLI::App cli{
        "Yuanliu: follows a product through its whole life, from purchase to repair.\n"
        "Start with `yuanliu serve`; it makes what it needs in ./data and prints how to sign in."};
    cli.set_version_flag("--version", std::string(version));
    cli.require_subcommand(1);
    cli.fallthrough();
    std::string file;
    std::map<std::string, std::string> flags;
    add_settings(cli, file, flags);
    Options options;
    Verbs verbs = add_verbs(cli, options);
    CLI11_PARSE(cli, argc, argv);
    try {
        auto loaded = load_config(file, flags);
        set_up_log(loaded.config);
        for (auto& [command, verb] : verbs)
            if (command->parsed()) return verb(loaded, options);
    } catch (const Error& e) {
        return report(e);
    } catch (const std::exception& e) {
        std::cerr << "yuanliu: " << e.what() << "\n";
        return 1;
    }
    return 1;
}
