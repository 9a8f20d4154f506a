// What somebody has changed in a form and not saved yet, kept on this computer under her own key until it is saved or given up: the
// next to sit here does not find it. Orders have drafts of their own.
import { session } from './session.js';
import { now } from './time.js';

export function keptForm(name) {
  const key = `hotline.form.${session.get()?.person.id}.${name}`;
  return {
    read() {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    write(form) {
      try {
        localStorage.setItem(key, JSON.stringify({ ...form, at: now() }));
      } catch { /* A full or forbidden storage: the form itself still holds it. */ }
    },
    forget: () => localStorage.removeItem(key),
  };
}

export const keptPolicy = (policy) => keptForm(`policy.${policy}`);
