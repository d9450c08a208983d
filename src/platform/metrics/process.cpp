#include "platform/metrics/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace yuanliu {
namespace {

std::string content_of(const char* path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The fields of /proc/self/stat after the command's name, which may hold anything; [0] is the third of proc(5).
std::vector<double> stat_fields() {
    auto text = content_of("/proc/self/stat");
    auto close = text.rfind(')');
    if (close == std::string::npos || close + 4 > text.size()) return {};
    std::vector<double> out{0};  // the state is a letter
    std::istringstream rest(text.substr(close + 4));
    for (double n; rest >> n;) out.push_back(n);
    return out;
}

// Seconds since 1970 at which the machine started.
double boot_time() {
    std::istringstream stat(content_of("/proc/stat"));
    for (std::string word; stat >> word;)
        if (double at = 0; word == "btime" && stat >> at) return at;
    return 0;
}

}  // namespace

std::vector<ProcessFigure> process_figures() {
    std::vector<ProcessFigure> out;
    const double ticks = double(::sysconf(_SC_CLK_TCK)), page = double(::sysconf(_SC_PAGESIZE));
    // proc(5) counts from 1: utime 14, stime 15, threads 20, start 22, memory 23 and 24.
    if (auto f = stat_fields(); f.size() > 21) {
        out.push_back({"process_cpu_seconds_total", "Processor time used.", true, (f[11] + f[12]) / ticks});
        out.push_back({"process_threads", "Threads.", false, f[17]});
        if (double boot = boot_time(); boot > 0)
            out.push_back({"process_start_time_seconds", "When the process started, in seconds since 1970.", false,
                           boot + f[19] / ticks});
        out.push_back({"process_virtual_memory_bytes", "Address space.", false, f[20]});
        out.push_back({"process_resident_memory_bytes", "Memory in use.", false, f[21] * page});
    }
    std::error_code error;
    std::filesystem::directory_iterator fds("/proc/self/fd", error);
    // One of them is the folder being read.
    if (!error)
        out.push_back(
            {"process_open_fds", "Open files and sockets.", false, double(std::distance(begin(fds), end(fds))) - 1});
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
        out.push_back({"process_max_fds", "How many files and sockets may be open.", false, double(limit.rlim_cur)});
    return out;
}

}  // namespace yuanliu
