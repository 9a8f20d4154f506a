// Files for spreadsheets: handed out by the server, and read by it.
import * as api from './api.js';
import { complain } from './toasts.js';

/// Fetched rather than linked to, so that a refusal is a sentence on this page instead of a page of its own.
export async function download(path, query) {
  try {
    const { blob, name } = await api.file(path, query);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch (error) {
    complain(error);
  }
}

const types = { csv: 'text/csv', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' };

/// By its name, for a Windows with Excel calls a CSV file an Excel file.
export function typed(file) {
  const ending = file.name.split('.').pop().toLowerCase();
  return new File([file], file.name, { type: types[ending] ?? file.type });
}
