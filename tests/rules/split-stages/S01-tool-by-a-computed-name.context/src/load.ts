const names = ["typescript"];
export const all = () => Promise.all(names.map((name) => import(name)));
