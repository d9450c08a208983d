// yuanliu_bench: prints how fast the release binary is, each figure beside a yardstick of the same run.
#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdlib>

#include "bench.hpp"
#include "dataset.hpp"
#include "figures.hpp"
#include "machine.hpp"

using namespace yuanliu::bench;

namespace {

struct Measurement {
    const char* name;
    void (*run)(const Settings&, Table&);
};
constexpr std::array measurements{Measurement{"lookup", measure_lookup},
                                  Measurement{"depth", measure_depth},
                                  Measurement{"activation", measure_activation},
                                  Measurement{"idle", measure_idle_write},
                                  Measurement{"bulk", measure_bulk},
                                  Measurement{"list", measure_list},
                                  Measurement{"start", measure_start},
                                  Measurement{"job", measure_job}};

// The program stands in build/<preset>/bench, the binary one folder up, the data beside the presets.
Settings settings_here() {
    Settings settings;
    const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    settings.binary = here.parent_path() / "yuanliu";
    settings.cache = here.parent_path().parent_path() / "bench-data";
    const char* large = std::getenv("BENCH_LARGE");
    settings.large = large && *large && std::string_view(large) != "0";
    return settings;
}

}  // namespace

int main(int argc, char** argv) {
    ::signal(SIGPIPE, SIG_IGN);
    auto settings = settings_here();
    std::vector<std::string> only;
    CLI::App cli{
        "Measures the release binary on this machine; every figure stands beside a yardstick of the same run.\n"
        "BENCH_LARGE=1 in the environment adds what needs 10,000,000 units."};
    cli.add_flag("--quick", settings.quick, "fewer and shorter rounds: shows that it works, not how fast");
    std::vector<std::string> names;
    for (const auto& m : measurements) names.emplace_back(m.name);
    cli.add_option("--only", only, "these measurements only")->check(CLI::IsMember(names));
    std::int64_t wanted = 0;
    cli.add_option("--prepare", wanted,
                   "makes the data of so many units where they are missing, says where; measures nothing");
    CLI11_PARSE(cli, argc, argv);
    if (wanted > 0) {
        fmt::print("{}\n", prepare(settings.cache, settings.binary, wanted).folder.string());
        return 0;
    }
    Table table;
    ForeignLoad foreign;
    int failed = 0;
    fmt::print("{}\n", machine_facts());
    for (const auto& m : measurements) {
        if (!only.empty() && std::find(only.begin(), only.end(), m.name) == only.end()) continue;
        fmt::print("{}\n", m.name);
        std::fflush(stdout);
        try {
            m.run(settings, table);
        } catch (const std::exception& e) {
            ++failed;
            fmt::print("  could not be measured: {}\n", e.what());
        }
    }
    table.print();
    fmt::print("{}\nOther programs took {:.0f} % of the processors.{}\n", machine_facts(), foreign.share() * 100,
               settings.quick ? " A quick run: these figures prove nothing." : "");
    return failed ? 1 : 0;
}
