// Long work that the server does as a job: a dialog shows it, people may send it to the background.
import { ref } from "vue";

export interface Task {
    job: number;
    title: string;
    download: boolean; // offer the file the job made
    open: boolean; // shown as a dialog
    progress?: (done: number) => string; // what it is doing, when the job itself does not say
    done?: (ok: boolean) => void;
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
