// Long work that the server does as a job: a dialog shows it, people may send it to the background.
import { ref } from "vue";
import { notices } from "./contract";

export interface Task {
    job: number;
    title: string;
    download: boolean; // offer the file the job made
    open: boolean; // shown as a dialog
    progress?: (done: number) => string; // what it is doing, when the job itself does not say
    done?: (ok: boolean) => void;
    notice?: number; // that the server wrote of its end
}

export const tasks = ref<Task[]>([]);

export interface TaskOptions {
    title: string;
    download?: boolean;
    background?: boolean;
    progress?: (done: number) => string;
}

// Shows the job; the promise tells whether it came to a good end. Closing the dialog does not stop the job.
export function watchTask(job: number, options: TaskOptions): Promise<boolean> {
    return new Promise((resolve) => {
        tasks.value = [...tasks.value.filter((task) => task.job !== job),
                       { job, title: options.title, download: options.download ?? false, open: !options.background, progress: options.progress,
                         done: resolve }];
    });
}

// A notice says that a job has ended. True: its dialog stands open, so people see it there and need no second word.
export function noticed(path: string, notice: number): boolean {
    const job = Number(/^\/jobs\/(\d+)$/.exec(path)?.[1] ?? 0);
    const task = tasks.value.find((one) => one.job === job);
    if (!task) return false;
    task.notice = notice;
    return task.open;
}

// People have seen how it ended and taken what they wanted.
export function forgetTask(job: number) {
    const task = tasks.value.find((one) => one.job === job);
    tasks.value = tasks.value.filter((one) => one.job !== job);
    if (task?.notice !== undefined) void notices.read({ ids: [task.notice] }).catch(() => null); // it stays unread in the list, no more
}
