#include "machine.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace yuanliu::bench {
namespace {

std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    return "unknown processor";
}

struct Times {
    double busy_s = 0, all_s = 0;
};

Times processor_times() {
    std::ifstream file("/proc/stat");
    std::string name;
    file >> name;
    Times out;
    double ticks = 0;
    // user nice system idle iowait irq softirq steal
    for (int i = 0; i < 8 && file >> ticks; ++i) {
        const double seconds = ticks / double(::sysconf(_SC_CLK_TCK));
        out.all_s += seconds;
        if (i != 3 && i != 4) out.busy_s += seconds;
    }
    return out;
}

double our_times() {
    double out = 0;
    for (int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        ::getrusage(who, &usage);
        for (auto t : {usage.ru_utime, usage.ru_stime}) out += double(t.tv_sec) + double(t.tv_usec) / 1e6;
    }
    return out;
}

}  // namespace

std::string machine_facts() {
    struct sysinfo memory {};
    ::sysinfo(&memory);
    utsname system{};
    ::uname(&system);
    const double gib = double(memory.totalram) * memory.mem_unit / double(1 << 30);
    return fmt::format("{}, {} cores, {:.1f} GiB, Linux {}, GCC {}, SQLite {}", processor(),
                       std::thread::hardware_concurrency(), gib, system.release, __VERSION__, sqlite3_libversion());
}

ForeignLoad::ForeignLoad() : busy_s_(processor_times().busy_s), all_s_(processor_times().all_s), ours_s_(our_times()) {}

double ForeignLoad::share() const {
    auto now = processor_times();
    const double foreign = now.busy_s - busy_s_ - (our_times() - ours_s_);
    return std::clamp(foreign / std::max(0.01, now.all_s - all_s_), 0.0, 1.0);
}

}  // namespace yuanliu::bench
