import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Rules } from '../../../sensor-agent/suricata/rules.ts'
import { type SuricataSettings, toStatePaths } from '../../../sensor-agent/suricata/suricata-settings.ts'
import { eventually } from '../../support/eventually.ts'

let folder = ''
let owners = ''
const never = new AbortController().signal
const good = (sid: number) => `alert tcp any any -> any any (msg:"good ${sid}"; content:"${sid}"; sid:${sid};)\n`

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mft-rules '))
  owners = join(folder, 'owners [1]')
  mkdirSync(owners)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Counts how often it is run, and then is the real Suricata. */
function makeBinary(): string {
  const path = join(folder, 'counting-suricata')
  writeFileSync(path, `#!/bin/sh\necho run >> '${folder}/runs'\nexec suricata "$@"\n`, { mode: 0o755 })
  return path
}
const runs = () =>
  existsSync(join(folder, 'runs')) ? readFileSync(join(folder, 'runs'), 'utf8').split('\n').length - 1 : 0

function make(
  change: Partial<SuricataSettings> = {},
  binary = makeBinary(),
  folders = [owners, join(folder, 'absent')],
) {
  const paths = toStatePaths(join(folder, 'state'))
  mkdirSync(paths.rules, { recursive: true })
  const settings: SuricataSettings = {
    interface: 'lo',
    vnis: [],
    captureThreads: 1,
    ringMebibytes: 8,
    homeNets: ['198.18.0.0/15'],
    logDir: join(folder, 'log'),
    stateDir: join(folder, 'state'),
    socketPath: paths.socket,
    rulesDir: paths.activeRules,
    engineLog: 'file',
    ...change,
  }
  return new Rules({ settings, paths, binary, folders })
}
const put = (name: string, text: string | Uint8Array) => writeFileSync(join(owners, name), text)
/** All rules in force, our own left out. */
const inForce = () => {
  const active = join(folder, 'state/rules/active')
  const files = readdirSync(active)
    .filter((name) => name.endsWith('.rules') && name !== '0000.rules')
    .sort()
  return files.map((name) => readFileSync(join(active, name), 'utf8')).join('')
}

describe('Rules', () => {
  it('puts our own rule in force where there is no other', async () => {
    expect(await make().prepare(never)).toMatchObject({ ok: true })
    expect(readFileSync(join(folder, 'state/rules/active/0000.rules'), 'utf8')).toContain('VXLAN traffic detected')
    expect(inForce()).toBe('')
  })

  it('tries a set once: neither a restart nor a look without a change runs suricata -T again', async () => {
    put('a.rules', good(1))
    const rules = make()
    await rules.prepare(never)
    await rules.refresh(never)
    await rules.prepare(never)
    expect(runs()).toBe(1)
    rules.distrust()
    await rules.prepare(never)
    expect(runs()).toBe(2)
  })

  it('tries a refused set once, and an old one that comes back not at all', async () => {
    put('a.rules', good(1))
    const rules = make()
    await rules.prepare(never)
    put('a.rules', 'alert nonsense\n')
    await rules.refresh(never)
    await rules.refresh(never)
    expect([runs(), rules.rejection()?.inForce]).toEqual([2, 'lastGood'])
    put('a.rules', good(1))
    await rules.refresh(never)
    expect([runs(), rules.rejection(), inForce()]).toEqual([2, null, good(1)])
  })

  it('answers for a set that has passed at once, also while new rules are tried, and to the next agent', async () => {
    put('a.rules', good(1))
    const path = join(folder, 'slow-suricata')
    const isSlow = `grep -rq slow '${folder}/state/rules/candidate' && exec sleep 300\n`
    writeFileSync(path, `#!/bin/sh\necho run >> '${folder}/runs'\n${isSlow}exec suricata "$@"\n`, { mode: 0o755 })
    const rules = make({}, path)
    await rules.prepare(never)
    put('a.rules', `${good(1)}# slow\n`)
    const cancel = new AbortController()
    const refresh = rules.refresh(cancel.signal)
    await eventually('the trial', () => runs() === 2)
    expect(await rules.prepare(never)).toMatchObject({ ok: true })
    cancel.abort()
    await expect(refresh).rejects.toThrow('aborted')
    expect(await make({}, path).prepare(never)).toMatchObject({ ok: true })
    expect(runs()).toBe(2)
    put('a.rules', good(1))
    expect(await make({ ringMebibytes: 9 }, path).prepare(never)).toMatchObject({ ok: true })
    expect(runs()).toBe(3)
  }, 30_000)

  it.each([
    ['was killed', 'kill -KILL $$'],
    ['had no memory', 'echo "cannot allocate memory" >&2; exit 1'],
  ])(
    'takes a trial that %s for no verdict on the rules',
    async (_, end) => {
      put('a.rules', good(1))
      const path = join(folder, 'failing-suricata')
      writeFileSync(path, `#!/bin/sh\n[ -e '${folder}/fail' ] && { ${end}; }\nexec suricata "$@"\n`, { mode: 0o755 })
      const rules = make({}, path)
      await rules.prepare(never)
      put('b.rules', good(2))
      writeFileSync(join(folder, 'fail'), '')
      await rules.refresh(never)
      expect([rules.rejection()?.inForce, inForce()]).toEqual(['lastGood', good(1)])
      rules.distrust()
      expect(await rules.prepare(never)).toMatchObject({ ok: false, faults: [{ file: '(engine)' }] })
      expect(inForce()).toBe(good(1))
      rmSync(join(folder, 'fail'))
      await rules.refresh(never)
      expect([rules.rejection(), inForce()]).toEqual([null, good(1) + good(2)])
    },
    30_000,
  )

  it('tries at a low priority, and as the first process to go when memory runs out', async () => {
    const path = join(folder, 'telling-suricata')
    const tell = `cat /proc/self/oom_score_adj > '${folder}/score'; nice > '${folder}/nice'\n`
    writeFileSync(path, `#!/bin/sh\n${tell}exec suricata "$@"\n`, { mode: 0o755 })
    expect(await make({}, path).prepare(never)).toMatchObject({ ok: true })
    expect(['score', 'nice'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['1000\n', '10\n'])
  })

  it.each([
    [
      'a rule that is no UTF-8',
      Buffer.concat([Buffer.from(`${good(5)}alert `), Buffer.from([0xff, 0xfe])]),
      2,
      'rule is not valid UTF-8',
    ],
    [
      'a rule so long that the engine’s message is cut',
      `${good(5)}\nalert tcp any any -> any any (msg:"${'A'.repeat(3000)}"; bogus:1; sid:6;)`,
      3,
      "unknown rule keyword 'bogus'.",
    ],
    [
      'such a rule over several lines',
      `\nalert tcp any any \\\n -> any any (msg:"${'A'.repeat(3000)}"; bogus:1; sid:6;)`,
      2,
      "unknown rule keyword 'bogus'.",
    ],
    [
      'a rule longer than the engine reads',
      `alert tcp any any -> any any (msg:"${'A'.repeat(8200)}"; sid:6;)`,
      1,
      'rule of 8245 bytes; allowed are 8191; split it',
    ],
    [
      'a rule that quotes another place',
      'alert tcp any any -> any any (msg:"x\\" from file /etc/passwd at line 7"; bogus:1; sid:6;)',
      1,
      "unknown rule keyword 'bogus'.",
    ],
  ])('names file and line of %s', async (_, text, line, message) => {
    put('good.rules', good(1))
    const rules = make()
    await rules.prepare(never)
    put('odd.rules', text)
    await rules.refresh(never)
    expect(rules.rejection()).toMatchObject({ inForce: 'lastGood', files: 1 })
    expect(rules.rejection()?.faults).toContainEqual({ file: join(owners, 'odd.rules'), line, message })
    expect(inForce()).toBe(good(1))
  })

  it('names the second of two files that use the same number', async () => {
    put('a.rules', good(1))
    put('b.rules', good(1))
    const rules = make()
    expect(await rules.prepare(never)).toMatchObject({ ok: true })
    const [fault] = rules.rejection()?.faults ?? []
    expect(fault).toMatchObject({ file: join(owners, 'b.rules'), line: 1 })
    expect(fault?.message).toContain('Duplicate signature')
    expect([rules.rejection()?.inForce, inForce()]).toEqual(['withoutRefused', good(1)])
  })

  it('reads whatever a file may be called, and nothing that is not a regular file', async () => {
    for (const [index, name] of ['*.rules', 'a b\n.rules', '-T.rules', '$(id).rules', '.rules', '规则.rules'].entries())
      put(name, good(index + 1))
    writeFileSync(Buffer.concat([Buffer.from(`${owners}/`), Buffer.from([0xff]), Buffer.from('.rules')]), good(9))
    const rules = make()
    expect(await rules.prepare(never)).toMatchObject({ ok: true })
    expect(rules.rejection()).toBeNull()
    expect(inForce().split('\n').length - 1).toBe(7)
    execFileSync('mkfifo', [join(owners, 'pipe.rules')])
    await rules.refresh(never)
    expect(rules.rejection()?.faults).toEqual([
      {
        file: join(owners, 'pipe.rules'),
        line: null,
        message: 'not a regular file; only regular files are read as rules',
      },
    ])
  })

  it('keeps what it says of thousands of broken rules short', async () => {
    put('a.rules', 'alert nonsense \u001b[2J\n'.repeat(5000))
    const rules = make()
    expect(await rules.prepare(never)).toMatchObject({ ok: true })
    const rejection = rules.rejection()
    expect(rejection).toMatchObject({ files: 1, inForce: 'ownRule' })
    expect(rejection?.faults).toHaveLength(20)
    expect(JSON.stringify(rejection)).not.toContain('\u001b')
  })

  it('falls back to our own rule when the engine dies of the others without a word', async () => {
    const path = join(folder, 'dying-suricata')
    const dies = `grep -rq deadly '${folder}/state/rules/candidate' && kill -SEGV $$\n`
    writeFileSync(path, `#!/bin/sh\n${dies}exec suricata "$@"\n`, { mode: 0o755 })
    put('a.rules', `# deadly\n${good(1)}`)
    const rules = make({}, path)
    expect(await rules.prepare(never)).toMatchObject({ ok: true })
    expect(rules.rejection()).toMatchObject({
      inForce: 'ownRule',
      faults: [{ file: '(engine)', line: null, message: 'suricata -T ended with signal SIGSEGV' }],
    })
    expect(inForce()).toBe('')
  })

  it('says what is wrong when even that does not pass', async () => {
    expect(await make({ homeNets: ['300.1.2.3'] }).prepare(never)).toMatchObject({
      ok: false,
      faults: expect.arrayContaining([{ file: '(engine)', line: null, message: expect.stringContaining('300.1.2.3') }]),
    })
    const absent = await make({}, '/nowhere/suricata').prepare(never)
    expect(JSON.stringify(absent)).toContain('/nowhere/suricata')
  })

  it('finds another set when the last good one passes no more', async () => {
    put('a.rules', good(1))
    put('b.rules', good(2))
    await make().prepare(never)
    appendFileSync(join(folder, 'state/rules/active/0002.rules'), 'alert nonsense\n')
    expect(await make().prepare(never)).toMatchObject({ ok: true })
    expect(inForce()).toContain(good(1))
  })

  it('can be cancelled, and leaves no engine behind', async () => {
    const path = join(folder, 'slow-suricata')
    writeFileSync(path, '#!/bin/sh\nexec sleep 300\n', { mode: 0o755 })
    const cancel = new AbortController()
    const prepared = make({}, path).prepare(cancel.signal)
    setTimeout(() => cancel.abort(), 200)
    await expect(prepared).rejects.toThrow('aborted')
  })
})
