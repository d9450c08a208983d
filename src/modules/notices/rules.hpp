// What the files of this module share.
#pragma once

#include "modules/notices/notices.hpp"

namespace yuanliu::notices {

// The notice's words with its arguments filled in.
std::string title_of(const Words& words, Locale locale, const Notice& notice);
NoticeView view_of(const Words& words, Locale locale, const Notice& notice);
// Up to unread_max.
std::int64_t count_unread(Rx& rx, std::int64_t user);

}  // namespace yuanliu::notices
