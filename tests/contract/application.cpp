#include "contract/application.hpp"

#include <future>

#include "app/wiring.hpp"
#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "modules/catalog/model.hpp"
#include "modules/desk/model.hpp"
#include "modules/identity/model.hpp"
#include "modules/notices/model.hpp"
#include "modules/repair/model.hpp"
#include "modules/reports/flow.hpp"
#include "modules/reports/lives.hpp"
#include "modules/setup/model.hpp"
#include "modules/units/label_templates.hpp"
#include "modules/units/model.hpp"
#include "platform/audit/audit.hpp"
#include "platform/files/model.hpp"
#include "platform/jobs/model.hpp"
#include "platform/settings/model.hpp"

namespace yuanliu::contract {
namespace {

template <class... Row>
std::vector<const Record*> records() {
    return {&record_of<Row>()...};
}

app::Config config_in(const TempFolder& folder) {
    app::Config config;
    config.data = folder.path().string();
    config.jwt_secret_key = config.data_key = config.code_key = std::string(64, 'k');
    config.rate_limits = app::Switch::off;
    return config;
}

// Knows two API keys and nobody else.
class TwoCallers : public Identities {
 public:
    std::optional<Actor> of_session(Rx&, const Claims&) override { return {}; }
    std::optional<Actor> of_key(Rx&, std::string_view key) override {
        Actor actor;
        actor.user_id = 4242;
        actor.name = key;
        auto rights = std::make_shared<Permissions>();
        rights->all = key == "administrator";
        actor.type = rights->all ? UserType::administrator : UserType::customer;
        actor.permissions = std::move(rights);
        return actor;
    }
    std::optional<Actor> of_mandate(Rx&, const Mandate&) override { return {}; }
    const JwtKey& token_key() const override { return key_; }

 private:
    JwtKey key_{std::string(64, 'k')};
};

}  // namespace

const Application& application() {
    static const auto made = [] {
        auto out = std::make_unique<Application>();
        app::declare_routes(out->routes);
        out->words = app::load_words();
        out->migrations = app::all_migrations();
        out->rows =
            records<catalog::ProductType, identity::Role, identity::User, identity::Session, identity::ApiKey,
                    identity::OneTimeCode, units::Unit, units::TimelineEntry, units::Batch, units::Shipment,
                    units::Activation, units::Scan, units::ScanDay, units::RefusedScan, units::Alert,
                    units::LabelTemplate, repair::Ticket, repair::Part, repair::Entry, repair::Photo, reports::Flow,
                    reports::Life, notices::Notice, setup::SetupCode, desk::View, desk::Preference, desk::Export,
                    desk::Import, desk::ImportProblem, jobs::Job, jobs::Queue, jobs::Schedule, jobs::Run, jobs::Holiday,
                    audit::OperationRecord, files::File, settings::Row>();
        return out;
    }();
    return *made;
}

struct Program::Parts {
    TempFolder folder;
    app::Application app{config_in(folder), Env::real()};
    TwoCallers callers;
    std::unique_ptr<Api> api;
};

Program::Program() : parts_(std::make_unique<Parts>()) {
    migrate(parts_->app.db(), app::all_migrations());
    ApiOptions options;
    options.rate_limits = false;
    parts_->api = std::make_unique<Api>(parts_->app.routes(), parts_->app.db(), parts_->callers, parts_->app.words(),
                                        Env::real(), options);
}
Program::~Program() = default;

const Routes& Program::routes() const { return parts_->app.routes(); }
const jobs::Registry& Program::jobs() const { return parts_->app.job_registry(); }

http::Answer Program::call(Caller caller, std::string method, std::string path, std::string body) {
    http::Request request;
    request.method = std::move(method);
    auto question = path.find('?');
    request.path = path.substr(0, question);
    if (question != std::string::npos) request.query = path.substr(question + 1);
    request.body = std::move(body);
    request.remote_ip = "203.0.113.7";
    request.scheme = "http", request.host = "localhost", request.id = "contract";
    request.headers.emplace_back("content-type", "application/json");
    if (caller != Caller::nobody)
        request.headers.emplace_back("x-api-key", caller == Caller::administrator ? "administrator" : "powerless");
    std::promise<http::Answer> answered;
    parts_->api->dispatch(std::move(request), [&](http::Answer&& answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
}

static void write_sample(const Type& type, JsonWriter& w) {
    switch (type.kind) {
        case Kind::boolean: w.boolean(true); break;
        case Kind::integer: w.integer(std::max<std::int64_t>(type.min, 1)); break;
        case Kind::id:
        case Kind::real:
        case Kind::money:
        case Kind::qty: w.integer(1); break;
        case Kind::time: w.string("2026-03-02T08:30:00Z"); break;
        case Kind::date: w.string("2026-03-02"); break;
        case Kind::email: w.string("sample@example.com"); break;
        case Kind::phone: w.string("+8613800138000"); break;
        case Kind::text:
        case Kind::prose:
        case Kind::code:
        case Kind::secret: w.string(std::string(std::size_t(std::max<std::int64_t>(type.min, 1)), 'x')); break;
        case Kind::choice: w.string(type.choices.front().name); break;
        case Kind::number_choice: w.integer(type.choices.front().number); break;
        case Kind::dictionary: w.begin_object().end_object(); break;
        case Kind::raw:
        case Kind::blind: w.null(); break;
        case Kind::list:
            w.begin_array();
            write_sample(*type.element, w);
            w.end_array();
            break;
        case Kind::record: w.raw(sample_body(*type.record())); break;
    }
}

std::string sample_body(const Record& record) {
    std::string out;
    JsonWriter w(out);
    w.begin_object();
    for (const auto& field : record.fields) {
        if (field.type->optional) continue;
        w.key(field.name);
        write_sample(*field.type, w);
    }
    w.end_object();
    return out;
}

}  // namespace yuanliu::contract
