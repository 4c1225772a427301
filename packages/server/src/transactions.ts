import {
  beginSession,
  changePassword,
  createAccount,
  ensureFirstAccount,
} from './agent/account.commands.ts';
import { changeMember, disableAgent, openSite } from './agent/member.commands.ts';
import { changeProfile, replacePassword } from './agent/profile.commands.ts';
import { requestReset, resetPassword } from './agent/reset.commands.ts';
import { confirmSecondFactor, removeSecondFactor } from './agent/second-factor.commands.ts';
import {
  insertInvitation,
  useInvitation,
  withdrawInvitation,
} from './invitation/invitation.commands.ts';
import { changeCanned, createCanned, removeCanned } from './canned/canned.commands.ts';
import { applyPatch, markReadBy, rateBy } from './conversation/conversation.commands.ts';
import { wakeSnoozed } from './conversation/snooze.commands.ts';
import { runOne, type Transactions } from './database/database.ts';
import { importBatch } from './import/import.commands.ts';
import { extend, finish, postpone, takeDue } from './job/job.commands.ts';
import { giveNew, giveNext } from './availability/turn.commands.ts';
import { addLabel, changeLabel } from './label/label.commands.ts';
import { claimAnswers, refuseMail, releaseAnswers } from './mail/answer.commands.ts';
import { requestTranscript } from './mail/transcript.commands.ts';
import { changeByAgent, changeByVisitor } from './message/change.commands.ts';
import { expireFiles } from './message/expire.commands.ts';
import { approach, reply, send } from './message/send.commands.ts';
import { queueEnding } from './notification/ending.commands.ts';
import {
  claimMail,
  keepNotificationSettings,
  keepSubscription,
  queueTelling,
} from './notification/notification.commands.ts';
import { deleteOld } from './retention/retention.commands.ts';
import { addView } from './saved-view/saved-view.commands.ts';
import { indexMessages, settleIndex } from './search/search.commands.ts';
import { seedChunk, seedPeople } from './seed/seed.commands.ts';
import {
  changeSite,
  ensureFirstSite,
  insertNewSite,
  keepSetting,
  replaceIdentitySecret,
} from './site/site.commands.ts';
import { addTeam, changeTeam, dropTeam } from './team/team.commands.ts';
import { addVisitorNote, changeBlock, dropVisitorNote } from './visitor/details.commands.ts';
import { eraseVisitor, noteVisitorExport } from './visitor/erase.commands.ts';
import { init } from './visitor/init.commands.ts';
import { settleDelivery } from './webhook/delivery.commands.ts';
import {
  changeWebhook,
  createWebhook,
  dropWebhook,
  renewWebhookSecret,
  replayDeliveries,
  testWebhook,
} from './webhook/webhook.commands.ts';

/** All that is ever written. The thread that writes loads this module, and nothing of HTTP with it. */
export const TRANSACTIONS: Transactions = {
  // By its name: the build may put what it holds into another file.
  url: new URL(`./transactions.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
    .href,
  all: {
    addLabel,
    addTeam,
    addVisitorNote,
    addView,
    claimAnswers,
    claimMail,
    keepNotificationSettings,
    keepSubscription,
    queueEnding,
    queueTelling,
    applyPatch,
    changeBlock,
    approach,
    changeByAgent,
    changeByVisitor,
    changeLabel,
    beginSession,
    changePassword,
    changeProfile,
    changeSite,
    changeTeam,
    createAccount,
    deleteOld,
    dropTeam,
    dropVisitorNote,
    ensureFirstAccount,
    ensureFirstSite,
    eraseVisitor,
    expireFiles,
    extend,
    finish,
    giveNew,
    giveNext,
    importBatch,
    indexMessages,
    init,
    insertNewSite,
    keepSetting,
    markReadBy,
    noteVisitorExport,
    openSite,
    changeCanned,
    createCanned,
    removeCanned,
    withdrawInvitation,
    useInvitation,
    replacePassword,
    requestReset,
    resetPassword,
    removeSecondFactor,
    insertInvitation,
    disableAgent,
    confirmSecondFactor,
    changeMember,
    postpone,
    rateBy,
    replaceIdentitySecret,
    reply,
    refuseMail,
    releaseAnswers,
    requestTranscript,
    runOne,
    seedChunk,
    seedPeople,
    send,
    settleIndex,
    takeDue,
    wakeSnoozed,
    changeWebhook,
    createWebhook,
    dropWebhook,
    renewWebhookSecret,
    replayDeliveries,
    settleDelivery,
    testWebhook,
  },
};
