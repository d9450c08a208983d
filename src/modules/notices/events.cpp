// From what happened to whom it concerns.
#include "platform/events/events.hpp"

#include <algorithm>

#include "base/time.hpp"
#include "modules/identity/identity.hpp"
#include "modules/notices/rules.hpp"
#include "modules/repair/repair.hpp"
#include "modules/units/units.hpp"
#include "platform/jobs/model.hpp"

namespace yuanliu::notices {
namespace {

using Args = std::map<std::string, std::string>;

const Actor& teller() {
    static const Actor actor = Actor::of_system("notices");
    return actor;
}

// What is told much later than it happened (a backlog, a history brought in) bears the time when it happened, and
// nothing when nobody would keep it any more.
void tell(Tx& tx, Time at, const std::vector<Id<identity::User>>& users, Kind kind, const Args& args,
          const std::string& path) {
    if (tx.now().ms - at.ms > keep_days * day_ms) return;
    if (tx.now().ms - at.ms < hour_ms) at = tx.now();
    std::vector<Notice> notices;
    for (const auto user : users) notices.push_back({{}, user, kind, {args}, path, at, {}});
    if (notices.empty()) return;
    tx.bulk_insert(notices);
    tx.after_commit([hub = &tx.part<live::Hub>()] { hub->wake(); });
}

std::string page(const char* folder, std::int64_t id) { return folder + std::to_string(id); }

void alert_raised(Tx& tx, const units::AlertRaised& event, const events::Delivery& told) {
    const auto alert = units::alert(tx, teller(), event.alert_id);
    const bool diversion = event.kind == units::AlertKind::diversion;
    Args args{{"code", alert.qrcode_id.value}, {"type", alert.product_type}};
    if (diversion) args["agent"] = alert.agent.value_or("");
    tell(tx, told.at, identity::staff_who_may(tx, "units.alerts"),
         diversion ? Kind::alert_diversion : Kind::alert_clone, args, page("/alerts/", event.alert_id.value));
}

// What the customer hears of the ticket; nothing when it was deleted meanwhile, or belongs to nobody. He is told where
// it stands: of the steps that it went at once, the last.
void tell_owner(Tx& tx, Time at, const std::optional<Id<identity::User>>& customer, Id<repair::Ticket> id,
                repair::State state) {
    if (!customer) return;
    std::string code;
    try {
        const auto ticket = repair::view(tx, teller(), id);
        if (ticket.state != state) return;
        code = ticket.qrcode_id;
    } catch (const Error& e) {
        if (e.fault == Fault::not_found) return;
        throw;
    }
    tell(tx, at, {*customer}, Kind::repair_state,
         {{"code", code}, {"state", "@choice.repair.state." + std::string(name_of(state))}},
         page("/m/repairs/", id.value));
}

void repair_opened(Tx& tx, const repair::Opened& event, const events::Delivery& told) {
    if (event.state == repair::State::requested)
        tell(tx, told.at, identity::staff_who_may(tx, "repair.write"), Kind::repair_requested,
             {{"code", event.code.value}}, page("/repairs/", event.ticket_id.value));
    else
        tell_owner(tx, told.at, event.customer_id, event.ticket_id, event.state);
}

void repair_moved(Tx& tx, const repair::StateChanged& event, const events::Delivery& told) {
    tell_owner(tx, told.at, event.customer_id, event.ticket_id, event.to);
}

// A job of the system has died: told to those who look after it, unless the same kind's last death is still unread.
// What fails every few minutes fills no bell.
void system_job_died(Tx& tx, const jobs::Ended& event, Time at) {
    const std::string path = "/jobs?dead=true&kind=" + event.kind;
    const auto warned =
        tx.values<Id<identity::User>>("SELECT user_id FROM notices_notice WHERE path = ? AND read_at IS NULL", path);
    auto users = identity::staff_who_may(tx, "jobs.manage");
    std::erase_if(users, [&](auto user) { return std::find(warned.begin(), warned.end(), user) != warned.end(); });
    tell(tx, at, users, Kind::job_discarded,
         {{"job", "@job." + event.kind}, {"number", std::to_string(event.job_id.value)}}, path);
}

// Who cancels a job knows it.
void job_ended(Tx& tx, const jobs::Ended& event, const events::Delivery& told) {
    if (event.state == jobs::JobState::cancelled) return;
    if (event.creator_id == 0) return system_job_died(tx, event, told.at);
    const bool good = event.state == jobs::JobState::completed;
    tell(tx, told.at, {Id<identity::User>{event.creator_id}}, good ? Kind::job_completed : Kind::job_discarded,
         {{"job", "@job." + event.kind}, {"number", std::to_string(event.job_id.value)}},
         page("/jobs/", event.job_id.value));
}

}  // namespace

void declare(events::Bus& bus) {
    bus.on<units::AlertRaised>(&alert_raised);
    bus.on<repair::Opened>(&repair_opened);
    bus.on<repair::StateChanged>(&repair_moved);
    bus.on<jobs::Ended>(&job_ended);
}

}  // namespace yuanliu::notices
