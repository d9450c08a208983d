// Days of the calendar as texts, 2027-01-31.

const written = (year: number, month: number, day: number): string | null => {
    const at = new Date(Date.UTC(year, month - 1, day));
    const text = at.toISOString().slice(0, 10);
    return at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? text : null;
};

// 2027-01-31, 2027/1/31, 2027年1月31日, 20270131, and without its year 1月31日, 1/31. Null for what is no day.
export function dateOf(text: string, year: number): string | null {
    const plain = text.trim();
    const whole = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(plain);
    if (whole) return written(Number(whole[1]), Number(whole[2]), Number(whole[3]));
    const short = /^(\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain);
    return short ? written(year, Number(short[1]), Number(short[2])) : null;
}

export function shift(day: string, by: number): string {
    const at = new Date(`${day}T00:00:00Z`);
    at.setUTCDate(at.getUTCDate() + by);
    return at.toISOString().slice(0, 10);
}
