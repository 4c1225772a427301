import { sqliteDatabases } from './testing/databases.ts';
import { createWorld, newSite, newVisitor, say } from './testing/world.ts';
const d = await sqliteDatabases(); const w = createWorld(await d.open()); const s = await newSite(w);
const vs = await Promise.all(Array.from({length:64},()=>newVisitor(w,s)));
for (const [name, n] of [['warm', 2000], ['64 at once', 20000]] as const) {
  let i=0; const t=performance.now();
  await Promise.all(vs.map(async v=>{ while(i<n){i++; await say(w,v,'hello '+i);} w.broadcast.take(); }));
  console.log(name, Math.round(n/((performance.now()-t)/1000)),'per s', (await w.database.query({sql:'select count(*) c from messages',parameters:[]} as never)));
}
await w.database.close(); await d.discard();
