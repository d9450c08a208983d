#include "app/demo_workshop.hpp"

#include <algorithm>
#include <array>

#include "modules/units/units.hpp"
#include "platform/audit/audit.hpp"

namespace yuanliu::app {

struct FaultIdea {
    const char *reason, *words, *diagnosis, *part, *part_number;
    std::int64_t part_fen;
};

namespace {

using repair::State;

const std::array faults{
    FaultIdea{"无法开机", "昨天还好好的，今天按电源没有反应", "电源板电容鼓包", "电源板", "PB-220", 12800},
    FaultIdea{"噪音过大", "一开最大档就嗡嗡响", "风机轴承磨损", "风机", "FAN-12", 9600},
    FaultIdea{"漏水", "底部有水，擦干后过半天又有", "密封圈老化", "密封圈", "SR-36", 1500},
    FaultIdea{"按键失灵", "要按好几次才有反应", "触控排线松脱", "触控排线", "TC-08", 2200},
    FaultIdea{"无法联网", "换了路由器也搜不到设备", "Wi-Fi 模块固件损坏", "主板", "MB-5A", 15600},
    FaultIdea{"续航变短", "充满电只能用二十分钟", "电芯衰减", "电池", "BAT-52", 18800},
};
constexpr Money labour{5000};

constexpr std::array open_states{State::requested, State::received,  State::diagnosed, State::quoted,
                                 State::approved,  State::repairing, State::tested};

Actor owner_of(const units::Unit& unit) {
    Actor owner;
    owner.user_id = unit.customer_id->value;
    owner.type = UserType::customer;
    return owner;
}

std::vector<repair::PartInput> parts_of(const FaultIdea& fault) {
    return {repair::PartInput{fault.part, Text<0, 60>(fault.part_number), Qty{1000}, Money{fault.part_fen}}};
}

}  // namespace

void Workshop::act(Tx& tx, const Actor& actor, std::string_view action,
                   const std::function<void(Tx&, const Actor&)>& verb) {
    verb(tx, actor);
    audit::record(tx, actor, action);
}

void Workshop::take_in(Tx& tx, const std::string& code, std::int32_t day) {
    auto job = open(tx, code, one_in(3));
    job.due = day + std::int32_t(random(0, 3));
    jobs_.push_back(job);
}

Workshop::Job Workshop::open(Tx& tx, const std::string& code, bool by_owner) {
    Job job;
    job.fault = &faults[std::size_t(random(0, faults.size() - 1))];
    job.technician = technicians_[std::size_t(random(0, std::int64_t(technicians_.size()) - 1))];
    job.careless = one_in(6);
    job.state = by_owner ? State::requested : State::received;
    repair::Open in;
    in.qrcode_id = code;
    in.reason = job.fault->reason;
    in.fault = job.fault->words;
    if (!by_owner) in.technician_id = job.technician;
    act(tx, by_owner ? owner_of(units::one_by_code(tx, code)) : staff_, "repair.repair_records.create",
        [&](Tx& t, const Actor& who) { job.ticket = repair::open(t, who, in).id; });
    return job;
}

void Workshop::work(Tx& tx, std::int32_t day) {
    for (auto& job : jobs_)
        if (job.due <= day) step(tx, job, day);
    std::erase_if(jobs_, [](const Job& job) {
        return std::find(open_states.begin(), open_states.end(), job.state) == open_states.end();
    });
}

void Workshop::step(Tx& tx, Job& job, std::int32_t day) {
    auto move = [&](std::string_view action, State to, auto&& verb) {
        act(tx, staff_, action, verb);
        job.state = to;
    };
    switch (job.state) {
        case State::requested:
            move("repair.repair_records.receive.create", State::received, [&](Tx& t, const Actor& staff) {
                repair::receive(t, staff, job.ticket, {Prose<0, 500>("顺丰到付寄达")});
            });
            break;
        case State::received: diagnose(tx, job); break;
        case State::diagnosed:
            if (job.careless)
                move("repair.repair_records.quote.create", State::quoted, [&](Tx& t, const Actor& staff) {
                    repair::offer(t, staff, job.ticket, {{}, parts_of(*job.fault), labour, {}, {}});
                });
            else
                move("repair.repair_records.approve.create", State::approved,
                     [&](Tx& t, const Actor& staff) { repair::approve(t, staff, job.ticket, {}); });
            break;
        case State::quoted: answer_quote(tx, job); break;
        case State::approved:
            move("repair.repair_records.start.create", State::repairing, [&](Tx& t, const Actor& staff) {
                repair::start(t, staff, job.ticket, {job.technician, {}});
            });
            break;
        case State::repairing: mend(tx, job); break;
        case State::tested:
            move("repair.repair_records.return.create", State::returned, [&](Tx& t, const Actor& staff) {
                repair::give_back(t, staff, job.ticket, {{}, {}, Prose<0, 500>("客户自取")});
            });
            break;
        default: break;
    }
    job.due = day + std::int32_t(random(1, 3));
}

void Workshop::diagnose(Tx& tx, Job& job) {
    repair::Diagnose in;
    in.diagnosis = job.fault->diagnosis;
    in.technician_id = job.technician;
    if (job.careless) in.chargeable = true, in.charge_reason = "人为损坏：进液";
    act(tx, staff_, "repair.repair_records.diagnose.create",
        [&](Tx& t, const Actor& staff) { repair::diagnose(t, staff, job.ticket, in); });
    job.state = State::diagnosed;
}

// Three in four agree to the price; the others take their unit home as it is.
void Workshop::answer_quote(Tx& tx, Job& job) {
    if (one_in(4)) {
        act(tx, staff_, "repair.repair_records.reject.create",
            [&](Tx& t, const Actor& staff) { repair::reject(t, staff, job.ticket, {"客户不接受报价，原样取回"}); });
        job.state = State::rejected;
        return;
    }
    act(tx, staff_, "repair.repair_records.approve.create", [&](Tx& t, const Actor& staff) {
        repair::approve(t, staff, job.ticket, {{}, Prose<0, 500>("客户电话同意")});
    });
    job.state = State::approved;
}

// One test in eight fails, and the work goes on.
void Workshop::mend(Tx& tx, Job& job) {
    if (one_in(8)) {
        act(tx, staff_, "repair.repair_records.test.create", [&](Tx& t, const Actor& staff) {
            repair::test(t, staff, job.ticket, {false, Prose<0, 500>("连续运行两小时后故障重现")});
        });
        return;
    }
    repair::TicketChange done;
    done.parts = parts_of(*job.fault);
    done.labour = labour;
    done.result = std::string("已更换") + job.fault->part + "，测试正常";
    act(tx, staff_, "repair.repair_records.update",
        [&](Tx& t, const Actor& staff) { repair::change(t, staff, job.ticket, done); });
    act(tx, staff_, "repair.repair_records.test.create", [&](Tx& t, const Actor& staff) {
        repair::test(t, staff, job.ticket, {true, Prose<0, 500>("连续运行四小时正常")});
    });
    job.state = State::tested;
}

void Workshop::leave_open(Tx& tx, std::vector<std::string>& codes, std::int32_t day) {
    for (const auto wanted : open_states) {
        const bool there = std::any_of(jobs_.begin(), jobs_.end(), [&](const Job& job) { return job.state == wanted; });
        if (there || codes.empty()) continue;
        auto job = open(tx, codes.back(), wanted == State::requested);
        codes.pop_back();
        job.careless = wanted == State::quoted;
        for (int steps = 0; job.state != wanted && steps < 8; ++steps) step(tx, job, day);
        jobs_.push_back(job);
    }
}

}  // namespace yuanliu::app
