import { List } from "@element-plus/icons-vue";
import { defineArea } from "@/app/area";
import { useDeadCount } from "./dead";

const jobs = { zh: "任务", en: "Jobs" };
const schedules = { zh: "定时任务", en: "Schedules" };
const queues = { zh: "队列", en: "Queues" };
const holidays = { zh: "节假日", en: "Holidays" };
const read = "jobs.read";

// Everybody sees the jobs that he started; those of others, and all the rest, are for those who look after them.
export default defineArea({
    routes: [
        { path: "/jobs", page: () => import("./JobList.vue"), title: jobs },
        { path: "/jobs/:id(\\d+)", page: () => import("./JobDetail.vue"), title: { zh: "任务详情", en: "Job" }, parent: "/jobs" },
        { path: "/jobs/schedules", page: () => import("./ScheduleList.vue"), title: schedules, permission: read, parent: "/jobs" },
        { path: "/jobs/schedules/:id(\\d+)", page: () => import("./ScheduleDetail.vue"), title: { zh: "定时任务详情", en: "Schedule" }, permission: read, parent: "/jobs/schedules" },
        { path: "/jobs/queues", page: () => import("./QueueList.vue"), title: queues, permission: read, parent: "/jobs" },
        { path: "/jobs/holidays", page: () => import("./HolidayPage.vue"), title: holidays, permission: read, parent: "/jobs" },
    ],
    menu: [{
        path: "/jobs", title: jobs, group: "system", order: 50, icon: List, keywords: "rw houtai background dead letter 后台 失败 重试",
        alarm: { count: useDeadCount, title: { zh: "个失败任务待处理", en: "dead jobs to deal with" }, permission: read, path: "/jobs?dead=true" },
    }],
    actions: [
        { path: "/jobs?dead=true", title: { zh: "失败待处理的任务", en: "Dead jobs" }, permission: read, keywords: "sbrw dead letter failed 死信" },
        { path: "/jobs/schedules", title: schedules, permission: read, keywords: "dsrw jihua cron timer 计划" },
        { path: "/jobs/queues", title: queues, permission: read, keywords: "dl duilie pause 暂停" },
        { path: "/jobs/holidays", title: holidays, permission: read, keywords: "jjr tiaoxiu workdays 调休 放假" },
    ],
    subjects: {
        jobs_job: (id) => `/jobs/${id}`, jobs_schedule: (id) => `/jobs/schedules/${id}`, jobs_queue: () => "/jobs/queues", jobs_holiday: () => "/jobs/holidays",
    },
});
