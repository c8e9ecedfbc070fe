// A full outer join by id, counted.
import { DuckDBInstance } from '@duckdb/node-api';

const [have, want] = process.argv.slice(2);
const db = await DuckDBInstance.create(':memory:');
const connection = await db.connect();
const table = (path) => `read_csv('${path}', header = true, all_varchar = true)`;
const result = await connection.runAndReadAll(`
  select count(*) filter (h.credential_id is null), count(*) filter (w.credential_id is null),
    count(*) filter (h.value is distinct from w.value or h.holder_id is distinct from w.holder_id
      or h.type is distinct from w.type) - count(*) filter (h.credential_id is null or w.credential_id is null)
  from ${table(have)} h full outer join ${table(want)} w using (credential_id)`);
console.log(result.getRows().join());
