// `npm start`: installs what is missing, builds what changed, and runs the server on a run-time copy of etc/.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { option, prepareRun } from './first-start.mjs';
import { build, install, root } from './prepare.mjs';

install();
build();

const run = prepareRun(process.argv.slice(2));
const program = join(root, 'bin', 'asterism.mjs');
const child = spawn(process.execPath, [program, '-f', '-C', run.confFile, ...run.args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 0);
});

const BOOT_TRIES = 100;
let tries = 0;
const poll = setInterval(() => {
  if (child.exitCode !== null || ++tries > BOOT_TRIES) return clearInterval(poll);
  const asked = spawnSync(process.execPath, [program, '-C', run.confFile, '-rx', 'core waitfullybooted'], {
    encoding: 'utf8',
  });
  if (asked.status !== 0 || !asked.stdout.includes('fully booted')) return;
  clearInterval(poll);
  if (run.etc !== undefined) console.log(banner(run.etc, run.fresh));
}, 200);

/** What a newcomer needs next: addresses, the password, the first three things to type. */
function banner(etc, fresh) {
  const host = option(etc, 'http.conf', 'general', 'bindaddr') ?? '127.0.0.1';
  const port = option(etc, 'http.conf', 'general', 'bindport') ?? '8088';
  const password = option(etc, 'ari.conf', 'asterisk', 'password') ?? '(see ari.conf)';
  const sip = option(etc, 'pjsip.conf', 'transport-udp', 'bind') ?? '127.0.0.1:5060';
  const manager = option(etc, 'manager.conf', 'admin', 'secret') ?? '(see manager.conf)';
  const amiHost = option(etc, 'manager.conf', 'general', 'bindaddr') ?? '127.0.0.1';
  const amiPort = option(etc, 'manager.conf', 'general', 'port') ?? '5038';
  const ari = `http://${host}:${port}/ari`;
  const user = `asterisk:${password}`;
  return `
  ⁂ Asterism is up.${fresh ? ' Passwords were made for this first start and kept in var/etc (mode 0600).' : ''}

     ARI       ${ari}        user ${user}
     Events    ws://${host}:${port}/ari/events?app=Intro-IVR&api_key=${user}
     AMI       ${amiHost}:${amiPort}           user admin:${manager}
     SIP       ${sip} (udp, tcp)

  Push a phone, in another terminal:

     ari=${ari} user=${user}
     put() { curl -s -u "$user" -X PUT -H 'Content-Type: application/json' "$ari/asterisk/config/dynamic/res_pjsip/$1" -d "$2"; }
     put auth/alice     '{"fields":[{"attribute":"auth_type","value":"userpass"},{"attribute":"username","value":"alice"},{"attribute":"password","value":"secret"}]}'
     put aor/alice      '{"fields":[{"attribute":"max_contacts","value":"1"},{"attribute":"remove_existing","value":"yes"}]}'
     put endpoint/alice '{"fields":[{"attribute":"auth","value":"alice"},{"attribute":"aors","value":"alice"},{"attribute":"context","value":"default"},{"attribute":"allow","value":"!all,ulaw,alaw"}]}'

  Look:    node bin/asterism.mjs -C var/etc/asterisk.conf -rx 'pjsip show endpoints'
  Console: node bin/asterism.mjs -C var/etc/asterisk.conf -r
  Stop:    Ctrl-C
`;
}
