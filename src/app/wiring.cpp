#include "app/wiring.hpp"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <tuple>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/disk.hpp"
#include "base/time.hpp"
#include "base/unit_code.hpp"
#include "embed/assets.hpp"
#include "embed/texts.hpp"
#include "modules/backups/backups.hpp"
#include "modules/catalog/catalog.hpp"
#include "modules/catalog/invariants.hpp"
#include "modules/desk/desk.hpp"
#include "modules/desk/invariants.hpp"
#include "modules/identity/directory.hpp"
#include "modules/identity/identity.hpp"
#include "modules/identity/invariants.hpp"
#include "modules/notices/invariants.hpp"
#include "modules/notices/notices.hpp"
#include "modules/repair/repair.hpp"
#include "modules/reports/reports.hpp"
#include "modules/setup/setup.hpp"
#include "modules/units/labels.hpp"
#include "modules/units/pages.hpp"
#include "modules/units/scan_counter.hpp"
#include "modules/units/units.hpp"
#include "platform/api/api.hpp"
#include "platform/api/live_client.hpp"
#include "platform/audit/audit.hpp"
#include "platform/audit/invariants.hpp"
#include "platform/events/events.hpp"
#include "platform/events/invariants.hpp"
#include "platform/files/files.hpp"
#include "platform/files/invariants.hpp"
#include "platform/http/assets.hpp"
#include "platform/imports/targets.hpp"
#include "platform/jobs/invariants.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/registry.hpp"
#include "platform/jobs/runner.hpp"
#include "platform/live/job_news.hpp"
#include "platform/metrics/metrics.hpp"
#include "platform/openapi/openapi.hpp"
#include "platform/search/finders.hpp"
#include "platform/settings/company.hpp"
#include "platform/settings/invariants.hpp"
#include "platform/settings/settings.hpp"
#include "platform/vision/vision.hpp"

#include "app/demo.hpp"
#include "app/housekeeping.hpp"
#include "app/message_file.hpp"
#include "app/pages.hpp"
#include "app/version.hpp"

namespace yuanliu::app {
namespace {

// Lower floors first: a migration may refer to tables of those before it.
constexpr std::string_view migration_order[] = {"audit",   "events",   "api",     "jobs",  "settings",
                                                "files",   "identity", "catalog", "units", "repair",
                                                "reports", "notices",  "desk",    "setup"};

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        auto comma = text.find(',');
        if (auto item = text.substr(0, comma); !item.empty()) out.emplace_back(item);
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    return out;
}

std::pair<std::string, std::uint16_t> split_listen(std::string_view listen) {
    auto colon = listen.rfind(':');
    auto host = listen.substr(0, colon);
    std::uint16_t port = 0;
    const char* end = listen.data() + listen.size();
    bool good = colon != std::string_view::npos && colon > 0;
    if (good) {
        auto [at, failed] = std::from_chars(listen.data() + colon + 1, end, port);
        good = failed == std::errc() && at == end;
    }
    if (!good) throw internal(fmt::format("listen expects ADDRESS:PORT such as 127.0.0.1:8080, not '{}'", listen));
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return {std::string(host), port};
}

// https://shop.example:8443 of https://shop.example:8443/yuanliu
std::string origin_of(std::string_view url) {
    const auto host = url.find("://");
    return std::string(url.substr(0, host == std::string_view::npos ? host : url.find('/', host + 3)));
}

// Clients that will not finish must not hold up a stop: with what the jobs then still need, it stays within ten
// seconds.
constexpr std::int64_t drain_ms = 5'000;

// Lines of the access log that may wait for a slow terminal or pipe; beyond them the oldest are dropped.
constexpr std::size_t log_queue = 8'192;

// Writes where the program's own log does, but never lets an I/O thread wait for it.
std::function<void(const http::Access&)> access_log(const std::shared_ptr<spdlog::details::thread_pool>& pool) {
    const auto& sinks = spdlog::default_logger()->sinks();
    auto log = std::make_shared<spdlog::async_logger>("access", sinks.begin(), sinks.end(), pool,
                                                      spdlog::async_overflow_policy::overrun_oldest);
    return [log](const http::Access& a) {
        log->info("{} {} {} {}B {}us {} {}", a.method, a.path, a.status, a.bytes, a.duration_us, a.ip, a.id);
    };
}

}  // namespace

std::vector<Migration> all_migrations() {
    std::vector<Migration> out;
    std::size_t known = 0;
    for (auto module : migration_order) {
        auto first = out.size();
        for (const auto& file : embedded_migrations())
            if (file.module == module)
                out.push_back({module, std::atoi(std::string(file.name.substr(0, 4)).c_str()), file.name, file.text});
        std::sort(out.begin() + std::ptrdiff_t(first), out.end(),
                  [](const auto& a, const auto& b) { return a.number < b.number; });
        known += out.size() - first;
    }
    if (known != embedded_migrations().size())
        throw internal("a module with migrations is missing from migration_order");
    return out;
}

backups::Site site_of(const Config& config) {
    backups::Site site;
    site.data = std::filesystem::absolute(config.data).lexically_normal();
    site.database_url = database_url(config);
    site.data_key = config.data_key;
    site.code_key = config.code_key;
    site.version = version;
    for (const auto& migration : all_migrations()) {
        auto& newest = site.known[std::string(migration.module)];
        newest = std::max(newest, migration.number);
    }
    return site;
}

Words load_words() {
    Words words;
    for (const auto& file : embedded_words()) words.add(file.module, file.text);
    return words;
}

void declare_routes(Routes& r) {
    identity::routes(r);
    catalog::routes(r);
    units::routes(r);
    repair::routes(r);
    reports::routes(r);
    notices::routes(r);
    desk::routes(r);
    setup::routes(r);
    backups::routes(r);
    audit::routes(r);
    jobs::routes(r);
    settings::routes(r);
    files::routes(r);
    r.check();
}

std::string describe_api(Locale locale) {
    Routes routes;
    declare_routes(routes);
    return openapi_document(routes, load_words(), locale, version);
}

std::vector<Invariant> all_invariants() {
    std::vector<Invariant> all;
    for (auto&& some : {audit::invariants(), events::invariants(), jobs::invariants(), settings::invariants(),
                        files::invariants(), identity::invariants(), catalog::invariants(), units::invariants(),
                        repair::invariants(), notices::invariants(), desk::invariants()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

// Tables with sealed values, and those whose rows others wrote for us.
std::vector<Inspection> all_inspections() {
    std::vector<Inspection> all{
        readable<catalog::ProductType>(), readable<units::Activation>(), readable<repair::Ticket>(),
        readable<notices::Notice>(),      readable<desk::View>(),        readable<desk::Preference>(),
        readable<desk::Export>(),         readable<desk::Import>(),      readable<jobs::Job>(),
        readable<jobs::Schedule>()};
    for (auto&& some : {settings::inspections(), files::inspections(), identity::inspections()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

// Members are destroyed from the last to the first: the server goes before what it serves.
struct Application::Parts {
    Parts(const Config& config, Env& env, Use use)
        : config(config),
          env(env),
          vault(sha256(config.data_key), env),
          mint(config.code_key),
          words(load_words()),
          company(settings, config.time_zone),
          site(site_of(config)),
          files(config.data + "/files", env),
          messages(config.data + "/messages.log"),
          photo_reader(env),
          url{config.public_url} {
        while (url.base.ends_with('/')) url.base.pop_back();
        declare_routes(routes);
        units::declare(settings);
        backups::declare(settings);
        jobs::declare(job_registry);
        units::declare(job_registry);
        repair::declare(bus);
        notices::declare(bus);
        hub.add(notice_news);
        hub.add(job_news);
        reports::declare(job_registry);
        desk::declare(job_registry);
        backups::declare(job_registry);
        declare_housekeeping(job_registry);
        declare_demo(job_registry);
        units::declare(finders), repair::declare(finders), catalog::declare(finders), identity::declare(finders);
        catalog::declare(import_targets), units::declare(import_targets), identity::declare(import_targets),
            repair::declare(import_targets);
        import_targets.check(routes);
        DatabaseOptions options;
        options.url = database_url(config);
        options.replica_url = config.database_replica_url;
        options.connections = int(config.database_connections);
        if (use == Use::look) {
            options.read_only = true;
            options.read_deadline_ms = std::numeric_limits<int>::max();
            options.statement_timeout_ms = 0;
        }
        db = Database::open(options, env, vault);
        directory = std::make_unique<identity::IdentityDirectory>(
            *db, env, routes,
            identity::IdentityConfig{config.jwt_secret_key, int(config.jwt_expire_minutes),
                                     int(config.jwt_refresh_days)});
        auto& parts = db->parts();
        parts.add(mint), parts.add(company), parts.add(words), parts.add(settings), parts.add(files), parts.add(bus),
            parts.add(url), parts.add(hub), parts.add(finders), parts.add(routes), parts.add(import_targets);
        parts.add(job_registry), parts.add(*directory), parts.add(site), parts.add(restoring);
        parts.add(photo_reader);
        parts.add(scan_counter), parts.add(activation_guard);
        scan_counter.start(*db);
        parts.add<Identities>(*directory);
        parts.add<identity::CodeSender>(messages);
        ApiOptions api_options;
        api_options.rate_limits = config.rate_limits == Switch::on;
        api = std::make_unique<Api>(routes, *db, *directory, words, env, api_options);
        openapi = std::make_unique<OpenApi>(routes, words, version);
        metrics = std::make_unique<Metrics>(routes);
        assets = std::make_unique<http::AssetTable>(http::embedded_assets());
        pages = std::make_unique<Pages>(*assets);
        add_pages();
        add_metrics();
    }

    void add_pages();
    void add_metrics();
    http::Answer ready();

    Config config;
    Env& env;
    Vault vault;
    CodeMint mint;
    Words words;
    Routes routes;
    settings::Settings settings;
    settings::Company company;
    backups::Site site;
    backups::RestoreDesk restoring;
    files::FileStore files;
    MessageFile messages;
    vision::PhotoReader photo_reader;
    units::PublicUrl url;
    units::ScanCounter scan_counter;
    units::ActivationGuard activation_guard;
    events::Bus bus;
    live::Hub hub;
    notices::NoticeNews notice_news{words};
    live::JobNews job_news;
    search::Finders finders;
    imports::Targets import_targets;
    jobs::Registry job_registry;
    std::unique_ptr<Database> db;
    std::unique_ptr<identity::IdentityDirectory> directory;
    std::unique_ptr<OpenApi> openapi;
    std::unique_ptr<Metrics> metrics;
    std::unique_ptr<http::AssetTable> assets;
    std::unique_ptr<Pages> pages;
    std::unique_ptr<Api> api;
    std::unique_ptr<jobs::Runner> runner;
    std::shared_ptr<spdlog::details::thread_pool> log_pool;
    std::unique_ptr<http::Server> server;
};

http::Answer Application::Parts::ready() {
    http::Answer answer;
    answer.content_type = "application/json";
    try {
        db->read([](Rx& rx) { return rx.value<std::int64_t>("SELECT 1"); });
        answer.body = "{\"status\":\"ready\"}";
    } catch (const std::exception& e) {
        spdlog::warn("not ready: {}", e.what());
        answer.status = 503;
        answer.body = "{\"status\":\"not_ready\"}";
    }
    return answer;
}

void Application::Parts::add_pages() {
    api->fixed("/health", [](const http::Request&) {
        http::Answer answer;
        answer.content_type = "application/json";
        answer.body = "{\"status\":\"live\"}";
        return answer;
    });
    api->fixed_for_watchers("/ready", [this](const http::Request&) { return ready(); });
    api->fixed("/openapi.json", [this](const http::Request& request) { return openapi->answer(request); });
    api->socket("/api/live", [this](const http::Request& request) {
        return make_live_client(hub, *directory, db->parts().get<DatabaseClock>(), request);
    });
    api->error_page([this](const http::Request& request, const Actor& actor, const Error& error) {
        return units::scan_error_page(words, actor, request.path, error);
    });
    api->fallback([this](const http::Request& request) { return pages->answer(request); });
}

void Application::Parts::add_metrics() {
    metrics->database([this] { return db->stats(); });
    metrics->server([this] { return server ? server->stats() : http::Stats{}; });
    metrics->gauge("yuanliu_outbox_pending", "Events that wait to be delivered.", [this]() -> std::vector<Sample> {
        return {{{}, double(db->read([](Rx& rx) { return events::pending(rx); }))}};
    });
    metrics->gauge("yuanliu_jobs", "Jobs that wait, run or have died, by state.", [this]() -> std::vector<Sample> {
        auto depth = db->read([](Rx& rx) { return jobs::depth(rx); });
        return {{{{"state", "available"}}, double(depth.available)},
                {{{"state", "waiting"}}, double(depth.waiting)},
                {{{"state", "running"}}, double(depth.running)},
                {{{"state", "dead"}}, double(depth.dead)}};
    });
    metrics->counter("yuanliu_access_lines_dropped_total", "Lines of the access log that nobody took in time.",
                     [this]() -> std::vector<Sample> {
                         return {{{}, log_pool ? double(log_pool->overrun_counter()) : 0}};
                     });
    api->on_finished([this](const Finished& f) { metrics->answered(f.route, f.status, f.seconds); });
    api->fixed_for_watchers("/metrics", [this](const http::Request& request) {
        http::Answer answer;
        // Figures tell much about a company: they are for the machine itself unless the operator opens them.
        bool local = request.remote_ip.starts_with("127.") || request.remote_ip == "::1" ||
                     request.remote_ip.starts_with("::ffff:127.");
        if (!local && config.metrics_public == Switch::off) {
            answer.status = 403;
            return answer;
        }
        answer.content_type = Metrics::content_type;
        answer.body = metrics->text();
        return answer;
    });
}

Application::Application(const Config& config, Env& env, Use use) : parts_(std::make_unique<Parts>(config, env, use)) {}
Application::~Application() {
    stop_serving();
    parts_->hub.stop();
    stop_background();
}

Database& Application::db() { return *parts_->db; }
Routes& Application::routes() { return parts_->routes; }
const Words& Application::words() { return parts_->words; }
Api& Application::api() { return *parts_->api; }
void Application::on_restart(std::function<void()> wake) { parts_->restoring.on_wanted(std::move(wake)); }
std::optional<backups::Intent> Application::wanted_restore() const { return parts_->restoring.wanted(); }
jobs::Registry& Application::job_registry() { return parts_->job_registry; }

void Application::start_background() {
    parts_->bus.start(*parts_->db);
    jobs::RunnerOptions options;
    options.workers = int(parts_->config.job_workers);
    options.alone = parts_->db->dialect() == "sqlite";  // its lock file keeps a second process out
    parts_->runner = std::make_unique<jobs::Runner>(*parts_->db, parts_->job_registry, options);
    parts_->runner->start();
}

void Application::stop_background() {
    if (parts_->runner) parts_->runner->stop();
    parts_->runner.reset();
    parts_->bus.stop();
}

std::uint16_t Application::serve() {
    const Config& config = parts_->config;
    http::Options options;
    std::tie(options.address, options.port) = split_listen(config.listen);
    options.io_threads = unsigned(std::int64_t(config.io_threads));
    options.tls_certificate = config.tls_certificate;
    options.tls_key = config.tls_key;
    options.trusted_proxies = split(config.trusted_proxies);
    options.upload_dir = config.data + "/uploads";
    disk::make_folder(parts_->env.files(), options.upload_dir);
    if (spdlog::should_log(spdlog::level::info)) {
        parts_->log_pool = std::make_shared<spdlog::details::thread_pool>(log_queue, 1);
        options.access = access_log(parts_->log_pool);
    }
    options.origins = split(config.allowed_origins);
    // Behind a proxy the host that browsers speak of may be known from here only.
    options.origins.push_back(origin_of(parts_->url.base));
    parts_->hub.start(*parts_->db, *parts_->directory);
    parts_->server = std::make_unique<http::Server>(*parts_->api, std::move(options), parts_->env);
    parts_->server->start();
    return parts_->server->port();
}

void Application::stop_serving() {
    if (!parts_->server) return;
    parts_->server->drain(drain_ms);
    parts_->server->stop();
    parts_->server.reset();
    parts_->hub.stop();
}

}  // namespace yuanliu::app
