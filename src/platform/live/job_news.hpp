// Tells whoever started a job how far it is.
#pragma once

#include <map>

#include "platform/jobs/model.hpp"
#include "platform/live/live.hpp"

namespace yuanliu::live {

// {"type":"job","id":7,"kind":"units.labels","state":"running","progress":40,"progress_done":400,
//  "progress_total":1000,"progress_message":""}; `progress` is in percent, null when the total is not known. At most
// twice a second for each job, and once more when it ends or waits for another try.
class JobNews : public Source {
 public:
    void greet(Rx& rx, std::int64_t user, Outbox& out) override;
    void look(Rx& rx, const Audience& audience, bool afresh, Outbox& out) override;

 private:
    std::map<Id<jobs::Job>, jobs::Motion> told_;  // what those who watch know, of what the last look found
    Time looked_at_;
    std::int64_t looked_ms_ = 0;  // monotonic
};

}  // namespace yuanliu::live
