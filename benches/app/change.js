// Makes one change after another in the open list, and reports how long each took until the next window of rows was there.
const [rounds, done] = arguments;

const { invoke, Channel } = window.__TAURI__.core;
const view = { filter: "", facets: { fullAccess: false, canDelete: false, olderThan: null }, sort: "name", descending: false };

(async () => {
  const [{ id: connection }] = await invoke("list_connections");
  const [{ id: project }] = await invoke("list_projects", { connection });
  const rows = () => invoke("rows", { connection, view, from: 0, count: 40 });
  const taken = [];
  const change = async (command, args) => {
    const start = performance.now();
    const outcome = await invoke(command, { connection, ...args });
    await rows();
    taken.push(performance.now() - start);
    return outcome;
  };
  await rows();
  for (let round = 0; round < rounds; round++) {
    const name = `bench-${String(round).padStart(4, "0")}`;
    const permissions = ["read:*"];
    const onChecking = new Channel();
    const { row } = await change("create_token", { project, name, permissions, onChecking });
    const expected = { name, permissions };
    const renamed = { id: row.id, name: `${name}-renamed`, permissions: null, expected, seen: expected };
    await change("update_token", renamed);
    await change("delete_token", { id: row.id });
  }
  done(taken);
})();
